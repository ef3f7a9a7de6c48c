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

    [Fact]
    public void Recognise_PortMapperOnUdp_IsCertain() => Assert.Equal(Verdict.Certain,
        Protocol.Recognise(Exchange.Octets("11223344 00000000 00000002 000186A0 00000002 00000003 00000000 00000000"), new(Transport.Udp, 40000, 40001)));
}
