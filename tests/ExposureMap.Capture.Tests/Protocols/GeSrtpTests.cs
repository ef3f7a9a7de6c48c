using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

public sealed class GeSrtpTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new GeSrtp();

    protected override Exchange Sample { get; } = new Exchange(Transport.Tcp, 18245)
        .Client(new byte[56]).Server([8, .. new byte[55]])
        .Client(Mail(2, 1, 0xC0, 0x04)).Server(Mail(3, 1, 0xD4, 0))
        .Client(Mail(2, 2, 0xC0, 0x23)).Server(Mail(3, 2, 0xD1, 0));

    [Fact]
    public void Read_RunStop_IsAdminAndRefused()
    {
        var notes = Sample.Read(Protocol);

        Assert.Equal([(Effect.Admin, "runs or stops the controller (ge-srtp service 23h)")], notes.Operations);
        Assert.Equal([false], notes.Answers);
        Assert.Equal(1, notes.Effects[Effect.Read]);
    }

    [Fact]
    public void Recognise_RequestOnAnyPort_IsCertain() =>
        Assert.Equal(Verdict.Certain, Protocol.Recognise(Mail(2, 1, 0xC0, 4), new(Transport.Tcp, 40000, 40001)));

    [Fact]
    public void Recognise_ZerosOnAnotherPort_AreSomethingElse() =>
        Assert.Equal(Verdict.None, Protocol.Recognise(new byte[56], new(Transport.Tcp, 40000, 40001)));

    private static byte[] Mail(byte type, byte sequence, byte message, byte service)
    {
        var mail = new byte[56];
        (mail[0], mail[2], mail[31], mail[42]) = (type, sequence, message, service);
        return mail;
    }
}
