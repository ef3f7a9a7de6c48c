using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;
using static ExposureMap.Capture.Tests.Protocols.TpktPacket;

namespace ExposureMap.Capture.Tests.Protocols;

public sealed class S7commPlusTests : ProtocolContract
{
    private static readonly byte[] Digest = new byte[32];

    internal override IProtocol Protocol { get; } = new S7commPlus();

    protected override Exchange Sample { get; } = new Exchange(Transport.Tcp, 102)
        .Client(Connect(0xE0, [6, 0], [.. "SIMATIC-ROOT-HMI"u8]))
        .Client(Data("72 01 0010 31 0000 04CA 0000 0001 0000 0120 36 00")).Server(Data("72 01 0010 32 0000 04CA 0000 0001 36 11 02 87 22 00"))
        .Client(Data("72 02 0010 31 0000 0542 0000 0002 0000 0120 34 00")).Server(Data("72 02 000C 32 0000 0542 0000 0002 34 00 00"))
        .Client(Data("72 03 0031 20" + Convert.ToHexString(Digest) + "31 0000 054C 0000 0003 0000 0120 34 00"));

    [Fact]
    public void Read_SetVariable_IsAWriteWithItsAnswer()
    {
        var notes = Sample.Read(Protocol);

        Assert.Equal([(Effect.Write, "sets variables (0542h)")], notes.Operations);
        Assert.Equal([true], notes.Answers);
        Assert.Equal(1, notes.Effects[Effect.Read]);
        Assert.Contains(notes.Facts, fact => fact is { Kind: FactKind.Role, Value: "hmi" });
    }

    [Fact]
    public void Read_Encrypted_IsOpaqueNotRead()
    {
        var notes = new Exchange(Transport.Tcp, 102).Client(Data("17 0303 0010 00112233445566778899AABBCCDDEEFF")).Read(Protocol);

        Assert.Equal(1, notes.Effects[Effect.Opaque]);
        Assert.DoesNotContain(Effect.Read, notes.Effects.Keys);
    }

    [Fact]
    public void Recognise_ClassicS7_IsSomethingElse() =>
        Assert.Equal(Verdict.None, Protocol.Recognise(Data("3201 0000 0001 0008 0000 F0 00 0001 0001 01E0"), new(Transport.Tcp, 40000, 102)));
}
