using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

public sealed class Iec104Tests : ProtocolContract
{
    private static readonly Carrier AnyPort = new(Transport.Tcp, 40000, 40001);

    internal override IProtocol Protocol { get; } = new Iec104();

    /// <summary>
    /// STARTDT, general interrogation, a measured value, a single command and its confirmation, a set-point refused (IEC 60870-5-104, clause 5 and
    /// 7).
    /// </summary>
    protected override Exchange Sample { get; } = new Exchange(Transport.Tcp, 2404)
        .Client("68 04 07000000").Server("68 04 0B000000")
        .Client("68 0E 0000 0000 64 01 0600 0700 000000 14").Server("68 0E 0000 0200 64 01 0700 0700 000000 14")
        .Server("68 12 0200 0200 0D 01 1400 0700 010000 0000803F 00")
        .Client("68 04 0100 0400").Client("68 0E 0200 0400 2D 01 0600 0700 671200 01").Server("68 0E 0400 0400 2D 01 0700 0700 671200 01")
        .Client("68 12 0400 0600 32 01 0600 0700 020000 00002041 00").Server("68 12 0600 0600 32 01 4700 0700 020000 00002041 00");

    [Fact]
    public void Read_Commands_AreOperationsWithTheirConfirmations()
    {
        var notes = Sample.Read(Protocol);

        Assert.Equal([(Effect.Control, "single command on on point 4711 of station 7"), (Effect.Write, "set-point command on point 2 of station 7")],
            notes.Operations);
        Assert.Equal([true, false], notes.Answers);
        Assert.Equal(1, notes.Functions[".45"]);
        Assert.Equal(1, notes.ResponderFunctions[".13"]);
        Assert.Equal(1, notes.Effects[Effect.Report]);
        Assert.Contains(notes.Facts, fact => fact is { Kind: FactKind.Device, Value: "iec104 station 7" });
    }

    [Fact]
    public void Read_Select_IsNotYetAnOperation()
    {
        var notes = new Exchange(Transport.Tcp, 2404).Client("68 0E 0200 0400 2D 01 0600 0700 671200 81").Read(Protocol);

        Assert.Empty(notes.Operations);
        Assert.Equal(1, notes.Effects[Effect.Control]);
    }

    [Theory]
    [InlineData("68 0E 0000 0000 64 01 0600 0700 000000 14", true, Party.Client)]
    [InlineData("68 0E 0000 0200 64 01 0700 0700 000000 14", false, Party.Server)]
    [InlineData("68 04 07000000", true, Party.Client)]
    public void Read_DirectionIsToldByContent(string hex, bool fromClient, Party party)
    {
        var exchange = new Exchange(Transport.Tcp, 2404);
        var notes = (fromClient ? exchange.Client(hex) : exchange.Server(hex)).Read(Protocol);

        Assert.Equal((fromClient, party), notes.Parties[0]);
    }

    [Theory]
    [InlineData("68 04 07000000 68 04 43000000", Verdict.Certain)]
    [InlineData("68 0E 0000 0000 64 01 0600 0700 000000 14", Verdict.Certain)]
    [InlineData("68 04 01000400", Verdict.Weak)]
    [InlineData("68 0E 0000 0000 64 02 0600 0700 000000 14", Verdict.None)]      // two objects do not fit
    [InlineData("68 08 08 68 08 01 72 11223344 16", Verdict.None)]               // M-Bus long frame
    [InlineData("68 12 0200 0200 0D 01 1400 0700", Verdict.NeedMore)]
    public void Recognise_OnAnyPort_TellsByStructure(string hex, Verdict verdict) =>
        Assert.Equal(verdict, Protocol.Recognise(Exchange.Octets(hex), AnyPort));

    [Fact]
    public void Measure_AfterNoise_FindsTheNextStart() => Assert.Equal(2, Protocol.Measure(Exchange.Octets("0202 68 04 43000000")));
}
