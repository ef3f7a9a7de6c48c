using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

public sealed class SunRpcTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new SunRpc();

    /// <summary>RFC 5531 section 9: NFS version 3 (RFC 1813), procedure 7 WRITE, then an accepted reply; record marks of section 11.</summary>
    protected override Exchange Sample { get; } = new Exchange(Transport.Tcp, 2049)
        .Client("80000028 11223344 00000000 00000002 000186A3 00000003 00000007 00000000 00000000 00000000 00000000")
        .Server("80000018 11223344 00000001 00000000 00000000 00000000 00000000");

    [Fact]
    public void Read_NfsWrite_IsAWrite()
    {
        var notes = Sample.Read(Protocol);

        Assert.Equal(["nfs"], notes.Carried);
        Assert.Equal(1, notes.Effects[Effect.Write]);
        Assert.Equal([(true, Party.Client), (false, Party.Server)], notes.Parties);
    }

    /// <summary>RFC 7530 section 16 and RFC 8881 section 18: one procedure, a list of operations; without credentials, tag "rm".</summary>
    [Theory]
    // PUTROOTFH, LOOKUP, REMOVE
    [InlineData("00000000 00000003 00000018 0000000F 00000005 612E747874000000 0000001C 00000001 61000000", Effect.Write)]
    [InlineData("00000000 00000003 00000016 00000003 AABBCC00 00000009 00000002 0000001800300000 00000026", Effect.Write)]   // PUTFH, GETATTR, WRITE
    // SEQUENCE, OPEN for both
    [InlineData("00000001 00000002 00000035 00000000000000000000000000000000 00000001 00000000 00000000 00000001 00000012 00000000 00000003", Effect.Write)]
    // PUTROOTFH, OPEN for reading
    [InlineData("00000000 00000002 00000018 00000012 00000000 00000001", Effect.Read)]
    // EXCHANGE_ID is not walked
    [InlineData("00000000 00000002 0000002B 00000026", Effect.Read)]
    [InlineData("00000000 7FFFFFFF 00000009 7FFFFFFF", Effect.Read)]
    public void Read_NfsCompound_IsWhatItsOperationsDo(string operations, Effect effect)
    {
        var notes = new Exchange(Transport.Udp, 2049)
            .Client("11223344 00000000 00000002 000186A3 00000004 00000001 00000000 00000000 00000000 00000000 00000002 726D0000" + operations)
            .Read(Protocol);

        Assert.Equal(1, notes.Effects[effect]);
        Assert.Single(notes.Effects);
    }

    [Fact]
    public void Recognise_PortMapperOnUdp_IsCertain() => Assert.Equal(Verdict.Certain,
        Protocol.Recognise(Exchange.Octets("11223344 00000000 00000002 000186A0 00000002 00000003 00000000 00000000"),
            new(Transport.Udp, 40000, 40001)));
}
