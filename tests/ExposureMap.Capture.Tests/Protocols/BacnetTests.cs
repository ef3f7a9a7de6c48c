using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

public sealed class BacnetTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new Bacnet();

    /// <summary>
    /// Who-Is and I-Am, a write of a present value that is refused, a read of the vendor name (ANSI/ASHRAE 135-2020, annex F and J).
    /// </summary>
    protected override Exchange Sample { get; } = new Exchange(Transport.Udp, 47808)
        .Client("81 0B 0008 01 00 10 08").Server("81 0B 0014 01 00 10 00 C4 02000007 22 01E0 91 00 21 63")
        .Client("81 0A 0017 01 04 00 05 01 0F 0C 01000003 19 55 3E 91 01 3F 39 08").Server("81 0A 000D 01 00 50 01 0F 91 02 91 28")
        .Client("81 0A 0011 01 04 00 05 02 0C 0C 02000007 19 79").Server("81 0A 001A 01 00 30 02 0C 0C 02000007 19 79 3E 75 05 00 41636D65 3F");

    /// <summary>Clause 15.10: an analog value's high limit and description, then a binary output's present value with a priority.</summary>
    [Fact]
    public void Read_WritePropertyMultiple_TellsTheCommandAmongTheProperties()
    {
        var notes = new Exchange(Transport.Udp, 47808).Client(
            "81 0A 0032 01 04 00 05 07 10 0C 00800001 1E 09 2D 2E 44 42480000 2F 09 1C 2E 74 00 616263 2F 1F 0C 01000005 1E 09 55 2E 91 01 2F 39 08 1F").Read(Protocol);

        Assert.Equal([(Effect.Control, "writes present value (85) of binary output 5 and 2 more")], notes.Operations);
    }

    [Fact]
    public void Read_WriteOfPresentValue_IsControlAndRefused()
    {
        var notes = Sample.Read(Protocol);

        Assert.Equal([(Effect.Control, "writes present value (85) of binary output 3")], notes.Operations);
        Assert.Equal([false], notes.Answers);
        Assert.Equal(1, notes.Effects[Effect.Identify]);
        Assert.Contains(notes.Facts, fact => fact is { Kind: FactKind.Vendor, Value: "Acme" });
        Assert.Contains(notes.Facts, fact => fact is { Kind: FactKind.Name, Value: "bacnet device 7" });
    }

    [Fact]
    public void Read_RoutedRequest_TellsTheDeviceBehindTheRouter()
    {
        var notes = new Exchange(Transport.Udp, 47808).Client("81 0A 0015 01 24 0002 01 05 FF 00 05 01 0C 0C 00000001 19 55").Read(Protocol);

        Assert.Contains(notes.Facts, fact => fact is { Kind: FactKind.Device, Value: "bacnet network 2 address 5" });
        Assert.Equal(1, notes.Effects[Effect.Read]);
    }

    [Theory]
    [InlineData("81 0A 0008 01 00 10 08", Verdict.Certain)]
    [InlineData("81 0A 0009 01 00 10 08", Verdict.None)]
    [InlineData("81 05 0006 003C", Verdict.Weak)]
    public void Recognise_OnAnyPort_TellsByStructure(string hex, Verdict verdict) =>
        Assert.Equal(verdict, Protocol.Recognise(Exchange.Octets(hex), new(Transport.Udp, 40000, 40001)));

    [Fact]
    public void Read_ReinitializeDevice_IsAdmin() =>
        Assert.Equal(1, new Exchange(Transport.Udp, 47808).Client("81 0A 000D 01 04 00 05 01 14 09 00 00").Read(Protocol).Effects[Effect.Admin]);
}
