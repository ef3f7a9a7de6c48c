using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

public sealed class QuicTests : ProtocolContract
{
    internal override IProtocol Protocol { get; } = new Quic();

    /// <summary>RFC 9001, A.2: an Initial of version 1; the answer's connection ids swapped.</summary>
    protected override Exchange Sample { get; } = new Exchange(Transport.Udp, 443)
        .Client(QuicPacket.Seal(1, QuicPacket.HelloFrame))
        .Server("C1 00000001 00 08 F067A5502A4262B5 00 4075 " + "C0FFEE");

    [Fact]
    public void Read_Datagram_IsOpaque() => Assert.Equal(2, Sample.Read(Protocol).Effects[Effect.Opaque]);

    /// <summary>Appendix A.2 of RFC 9001 and of RFC 9369 print how these packets begin.</summary>
    [Theory]
    [InlineData(1u, "C0 00000001 08 8394C8F03E515708 0000 449E 7B9AEC34 D1B1C98DD7689FB8EC11")]
    [InlineData(0x6B3343CFu, "D7 6B3343CF 08 8394C8F03E515708 0000 449E A0C95E82 FFE67B6ABCDB4298B485")]
    public void Read_FirstInitial_NamesTheServerAndTheProgram(uint version, string printed)
    {
        var packet = QuicPacket.Seal(version, QuicPacket.HelloFrame);
        Assert.Equal(Exchange.Octets(printed), packet[..32]);

        var notes = new Exchange(Transport.Udp, 443).Client(packet).Client(packet).Read(Protocol);

        Assert.Equal([(Effect.Identify, "ClientHello for example.com, JA4 q13d0211an_62ed6f6ca7ad_4d634acda6c0")], notes.Operations);
        Assert.Contains((Address.IPv4(0x0A000002), FactKind.Name, "example.com"), notes.Facts);
        Assert.Equal([(true, Party.Client)], notes.Parties);
    }

    /// <summary>RFC 9000 sections 12.4 and 19.6: acknowledgements, pings and padding stand between pieces of the handshake in any order.</summary>
    [Fact]
    public void Read_HelloInPieces_IsPutTogether()
    {
        var hello = Exchange.Octets(QuicPacket.HelloFrame)[4..];
        var (first, second) = (Convert.ToHexString(hello[..100]), Convert.ToHexString(hello[100..]));
        var frames = "06 4064 408D" + second + "01 00 02 05 00 01 00 03 04 03 06 00 01 01 02 00 00 00 00 06 00 4064" + first;

        Assert.EndsWith("q13d0211an_62ed6f6ca7ad_4d634acda6c0", Assert.Single(Opened(frames).Operations).What, StringComparison.Ordinal);
    }

    /// <summary>A hello of two packets, each in a datagram of its own, as post-quantum key shares make it.</summary>
    [Fact]
    public void Read_HelloThatGoesOnInAnotherDatagram_IsPutTogether()
    {
        var hello = Exchange.Octets(QuicPacket.HelloFrame)[4..];
        byte[] first = QuicPacket.Seal(1, "06 40B0 4041" + Convert.ToHexString(hello[176..])),
            second = QuicPacket.Seal(1, "06 00 40B0" + Convert.ToHexString(hello[..176]));

        var notes = new Exchange(Transport.Udp, 443).Client(second).Client(first).Read(Protocol);

        Assert.EndsWith("q13d0211an_62ed6f6ca7ad_4d634acda6c0", Assert.Single(notes.Operations).What, StringComparison.Ordinal);
        Assert.Equal(2, notes.Effects[Effect.Opaque]);
    }

    [Fact]
    public void Read_HelloWhoseRestNeverComes_IsNamedWithoutFingerprint()
    {
        var start = QuicPacket.Seal(1, "06 00 4064" + Convert.ToHexString(Exchange.Octets(QuicPacket.HelloFrame)[4..104]));

        Assert.Equal("ClientHello for example.com, JA4 unknown (cut)",
            Assert.Single(new Exchange(Transport.Udp, 443).Client(start).Client(start).Read(Protocol).Operations).What);
        Assert.Empty(Opened("06 01 4064" + Convert.ToHexString(new byte[100])).Operations);
    }

    [Fact]
    public void Read_DamagedInitial_TellsNothingAndIsTriedThreeTimesAtMost()
    {
        var random = new Random(1);
        var whole = QuicPacket.Seal(1, QuicPacket.HelloFrame);
        var notes = new RecordingNotes(Transport.Udp, 443);
        for (var round = 0; round < 2000; round++)
        {
            var packet = (byte[])whole.Clone();
            packet[random.Next(5, packet.Length)] ^= (byte)random.Next(1, 256);
            notes.Memory.First = 0;
            Protocol.Read(packet, notes);
        }

        Assert.Empty(notes.Operations);
        notes.Memory.First = 0;
        for (var more = 0; more < 3; more++) Protocol.Read([.. whole[..^1], 0], notes);
        Protocol.Read(whole, notes);
        Assert.Empty(notes.Operations);
    }

    private RecordingNotes Opened(string frames) => new Exchange(Transport.Udp, 443).Client(QuicPacket.Seal(1, frames)).Read(Protocol);

    /// <summary>
    /// Versions that are or were in use: drafts, version 2, Facebook's, Google's with the long header, with two lengths in one octet, with the public
    /// header.
    /// </summary>
    [Theory]
    [InlineData("C2 FF020000 08 AE3F3DD669A153B3 08 4E8D17B73E5EA0D4", 1200, Verdict.Certain)]
    [InlineData("CC FACEB002 08 ADBBB2044A6FD4AF 00 0044", 1200, Verdict.Certain)]
    [InlineData("CB 51303530 08 DF4A089E4EFF5E7A 00 0045344A", 100, Verdict.Certain)]
    [InlineData("C1 54303531 08 FF9415B5B005860D 00 00453495", 100, Verdict.Certain)]
    [InlineData("C3 51303436 50 EACFE6E706DF272D 00000004", 100, Verdict.Certain)]
    [InlineData("0D E71AD5D7756C4D4D 51303339 01 699B9F", 100, Verdict.Certain)]
    [InlineData("C6 0A1A2A3A 08 C18EF59EF8C3C544 00 0044BE", 1200, Verdict.Certain)]
    [InlineData("C6 0A1A2A3A 08 C18EF59EF8C3C544 00 0044BE", 100, Verdict.None)]           // no client begins so short
    [InlineData("C6 0B1A2A3A 08 C18EF59EF8C3C544 00 0044BE", 1200, Verdict.None)]
    [InlineData("C3 51413436 50 EACFE6E706DF272D 00000004", 100, Verdict.None)]
    public void Recognise_FirstPacketOnAnyPort(string head, int length, Verdict expected)
    {
        var payload = new byte[length];
        Exchange.Octets(head).CopyTo(payload, 0);

        Assert.Equal(expected, Protocol.Recognise(payload, new(Transport.Udp, 40000, 4433)));
    }
}
