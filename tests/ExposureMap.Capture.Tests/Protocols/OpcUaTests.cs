using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

public sealed class OpcUaTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new OpcUa();

    /// <summary>Hello, a write that succeeds, a call that is refused by a fault, encrypted content (OPC 10000-6, 6.7.2 and 7.1.2).</summary>
    protected override Exchange Sample { get; } = new Exchange(Transport.Tcp, 4840)
        .Client("48454C46 24000000 00000000 00000100 00000100 00000000 00000000 04000000 6F70632E")
        .Server("41434B46 1C000000 00000000 00000100 00000100 00000000 00000000")
        .Client(Message(1, "0100 A102", "00000000")).Server(Message(1, "0100 A402", "0000000000000000 01000000 00000000 00 00000000 000000"))
        .Client(Message(2, "0100 C802", "00000000")).Server(Message(2, "0100 8D01", "0000000000000000 01000000 00001F80 00 00000000 000000"))
        .Client(Message(3, "9A3B 77C1", "0011223344556677"));

    [Fact]
    public void Read_WriteAndCall_AreOperationsWithTheirAnswers()
    {
        var notes = Sample.Read(Protocol);

        Assert.Equal([(Effect.Write, "writes values (opc ua service 673)"), (Effect.Control, "calls a method (opc ua service 712)")],
            notes.Operations);
        Assert.Equal([true, false], notes.Answers);
    }

    [Fact]
    public void Read_EncryptedContent_IsOpaqueNotRead()
    {
        var notes = Sample.Read(Protocol);

        Assert.Equal(1, notes.Effects[Effect.Opaque]);
        Assert.DoesNotContain(Effect.Read, notes.Effects.Keys);
    }

    [Fact]
    public void Read_GetEndpoints_TellsTheApplication()
    {
        var notes = new Exchange(Transport.Tcp, 4840).Server(Message(1, "0100 AF01",
            "0000000000000000 01000000 00000000 00 00000000 000000 01000000 02000000 6F70 02000000 7572 04000000 41636D65 02 06000000 536572766572"))
            .Read(Protocol);

        Assert.Contains(notes.Facts, fact => fact is { Kind: FactKind.Model, Value: "Acme" });
        Assert.Contains(notes.Facts, fact => fact is { Kind: FactKind.Name, Value: "Server" });
    }

    /// <summary>What follows an intermediate chunk is the middle of a message, whatever it looks like.</summary>
    [Fact]
    public void Read_SecondChunk_IsNotAnotherRequest()
    {
        var first = Message(1, "0100 A102", "00000000");
        first[3] = (byte)'C';
        var notes = new Exchange(Transport.Tcp, 4840).Client(first).Client(Message(1, "0100 A102", "00000000")).Read(Protocol);

        Assert.Equal(1, notes.Functions[".673"]);
    }

    [Fact]
    public void Recognise_MessageOnAnyPort_IsCertain() =>
        Assert.Equal(Verdict.Certain, Protocol.Recognise(Message(1, "0100 7702", "00000000"), new(Transport.Tcp, 40000, 40001)));

    private static byte[] Message(int request, string node, string body)
    {
        var content = Exchange.Octets(node + body);
        return [.. "MSGF"u8, (byte)(24 + content.Length), 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, (byte)request, 0, 0, 0,
            (byte)request, 0, 0, 0, .. content];
    }
}
