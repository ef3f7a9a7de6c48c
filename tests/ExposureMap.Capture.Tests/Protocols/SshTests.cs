using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

public sealed class SshTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new Ssh();

    /// <summary>
    /// RFC 4253: versions (4.2), a DH reply (8) with an ssh-ed25519 key (RFC 8709) of zeros, NEWKEYS (7.3), then an encrypted packet.
    /// </summary>
    protected override Exchange Sample { get; } = new Exchange(Transport.Tcp, 22)
        .Client("SSH-2.0-PuTTY_Release_0.81\r\n"u8).Server("SSH-2.0-OpenSSH_8.9p1 Ubuntu-3\r\n"u8)
        .Client("0000000C 06 1E 00000000 000000000000")
        .Server("00000043 06 1F 00000033 0000000B 7373682D65643235353139 00000020 0000000000000000000000000000000000000000000000000000000000000000 00000000 000000000000")
        .Server("0000000C 0A 15 00000000000000000000")
        .Server("F1E2D3C4 B5A69788 11223344");

    [Fact]
    public void Read_Banners_TellTheSoftware()
    {
        var notes = Sample.Read(Protocol);

        Assert.Contains((Address.IPv4(0x0A000001), FactKind.Model, "PuTTY_Release_0.81"), notes.Facts);
        Assert.Contains((Address.IPv4(0x0A000002), FactKind.Model, "OpenSSH_8.9p1 Ubuntu-3"), notes.Facts);
    }

    [Fact]
    public void Read_KeyExchangeReply_IdentifiesTheServer()
    {
        var notes = Sample.Read(Protocol);

        Assert.StartsWith("ssh-ed25519 SHA256:", Assert.Single(notes.Facts, fact => fact.Kind == FactKind.Fingerprint).Value,
            StringComparison.Ordinal);
        Assert.Equal([(true, Party.Client), (false, Party.Server)], notes.Parties);
        Assert.Equal(1, notes.Effects[Effect.Opaque]);
    }
}
