using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

public sealed class EtherCatTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new EtherCat();

    /// <summary>A read of the device status followed by a write of AL Control, then a logical read-write (IEC 61158-4-12, 5.3).</summary>
    protected override Exchange Sample { get; } = new Exchange(Transport.Ethernet, 0x88A4)
        .Client("1C10 04 01 0110 3001 0280 0000 0000 0000 05 02 0110 2001 0200 0000 0800 0000")
        .Client("0E10 0C 01 00000100 0200 0000 0000 0000");

    [Fact]
    public void Read_ControlRegister_IsAdmin()
    {
        var notes = Sample.Read(Protocol);

        Assert.Equal([(Effect.Admin, "changes the state of a device")], notes.Operations);
        Assert.Equal(1, notes.Effects[Effect.Read]);
        Assert.Equal(1, notes.Effects[Effect.Write]);
        Assert.Equal(1, notes.Functions[".12"]);
    }

    [Fact]
    public void Recognise_LengthBeyondTheFrame_IsSomethingElse() =>
        Assert.Equal(Verdict.None,
            Protocol.Recognise(Exchange.Octets("FF17 04 01 0110 3001 0200 0000 0000 0000"), new(Transport.Ethernet, 0x88A4, 0x88A4)));
}
