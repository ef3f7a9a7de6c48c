using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

public sealed class ProfinetIoCmTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new ProfinetIoCm();

    protected override Exchange Sample { get; } = new Exchange(Transport.Udp, 34964)
        .Client(Call(0, 0, 1)).Server(Call(2, 0, 1)).Client(Call(0, 3, 2)).Server(Call(3, 3, 2)).Client(Call(0, 2, 3)).Server(Call(2, 2, 3));

    [Fact]
    public void Read_ConnectAndWrite_AreOperationsWithTheirAnswers()
    {
        var notes = Sample.Read(Protocol);

        Assert.Equal([(Effect.Admin, "connects as controller"), (Effect.Write, "writes a record")], notes.Operations);
        Assert.Equal([true, false], notes.Answers);
        Assert.Equal(1, notes.Effects[Effect.Read]);
    }

    [Fact]
    public void Recognise_OtherInterface_IsSomethingElse()
    {
        var call = Call(0, 0, 1);
        call[24] = 0x05;

        Assert.Equal(Verdict.None, Protocol.Recognise(call, new(Transport.Udp, 40000, 34964)));
    }

    /// <summary>A connectionless call (C706, 12.5.1), little endian, interface DEA00001-6C97-11D1-8271-00A02442DF7D.</summary>
    private static byte[] Call(byte type, byte operation, byte sequence)
    {
        var call = new byte[80];
        (call[0], call[1], call[4], call[64], call[68]) = (4, type, 0x10, sequence, operation);
        Exchange.Octets("0100A0DE 976C D111 8271 00A02442DF7D").CopyTo(call, 24);
        return call;
    }
}
