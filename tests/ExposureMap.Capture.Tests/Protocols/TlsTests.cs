using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

public sealed class TlsTests : ProtocolContract
{
    /// <summary>RFC 5280: subject CN=scada, alternative names scada.plant and *.plant.</summary>
    public const string Certificate =
        "3081A3308191A003020102020101300A06082A8648CE3D04030230133111300F06035504030C08506C616E74204341301E170D3236303130313030303030305A170D"
        + "3237303130313030303030305A3010310E300C06035504030C057363616461300F300906072A8648CE3D020103020004A3233021301F0603551D1104183016820B73636164612E706C616E7482072A2E70"
        + "6C616E74300A06082A8648CE3D040302030100";

    /// <summary>RFC 5246 section 7.4.1.2 with RFC 6066 section 3 (scada.plant), groups, point formats and signature algorithms.</summary>
    public const string ClientHello = "16 0301 0063 01 00005F 0303" + "0000000000000000000000000000000000000000000000000000000000000000"
        + "00 0004 C02C C02B 01 00"
        + "0032 0000 0010 000E 00 000B 73636164612E706C616E74 000A 0004 0002 001D 000D 0006 0004 0403 0804 002B 0003 02 0303 FF01 0001 00";

    private const string ServerHello = "16 0303 002A 02 000026 0303"
        + "0000000000000000000000000000000000000000000000000000000000000000" + "00 C0AE 00";

    internal override IProtocol Protocol { get; } = new Tls();

    protected override Exchange Sample { get; } = new Exchange(Transport.Tcp, 443)
        .Client(ClientHello)
        .Server(ServerHello + "16 0303 00B0 0B 0000AC 0000A9 0000A6" + Certificate + "16 0303 0004 0E 000000")
        .Client("14 0303 0001 01 17 0303 0020 000102030405060708090A0B0C0D0E0F000102030405060708090A0B0C0D0E0F");

    /// <summary>RFC 6347 section 4.2: DTLS 1.2, a warning, then message sequence 1 with the cookie that the server asked for.</summary>
    private static readonly Exchange Datagrams = new Exchange(Transport.Udp, 5684).Client("15 FEFD 0000 000000000000 0002 01 00"
        + "16 FEFD 0000 000000000001 0052 01 000046 0001 000000 000046 FEFD" + "0000000000000000000000000000000000000000000000000000000000000000"
        + "00 04 C00C1E00 0004 C02C C02B 01 00 0014 0000 0010 000E 00 000B 73636164612E706C616E74");

    protected override Exchange[] OtherSamples => [Datagrams];

    [Fact]
    public void Read_ServerName_IsTheServers() =>
        Assert.Contains((Address.IPv4(0x0A000002), FactKind.Name, "scada.plant"), Sample.Read(Protocol).Facts);

    [Fact]
    public void Read_Certificate_NamesAndIdentifiesTheServer()
    {
        var notes = Sample.Read(Protocol);

        Assert.Contains((Address.IPv4(0x0A000002), FactKind.Name, "scada"), notes.Facts);
        Assert.Contains(notes.Facts,
            fact => fact is
            {
                Kind: FactKind.Fingerprint,
                Value: "certificate sha256 717f6fc561f15757dff9bd62a1312567b80bfadd94435c7b9fd395a81ebe2ebf"
            });
        Assert.DoesNotContain(notes.Facts, fact => fact.Value.Contains('*', StringComparison.Ordinal));
    }

    [Fact]
    public void Read_Dialogue_IsOpaqueOnceDataFlows()
    {
        var notes = Sample.Read(Protocol);

        Assert.Equal(1, notes.Effects[Effect.Opaque]);
        Assert.Equal([(true, Party.Client), (false, Party.Server)], notes.Parties);
        Assert.StartsWith("ClientHello for scada.plant, JA4 t12d0205", notes.Operations[0].What, StringComparison.Ordinal);
    }

    /// <summary>
    /// RFC 5246 section 6.2.3.3 and RFC 5288: an encrypted handshake record begins with a nonce that counts from 0, and what follows may look like
    /// any message.
    /// </summary>
    [Fact]
    public void Read_EncryptedHandshake_IsNoHello()
    {
        var notes = new Exchange(Transport.Tcp, 443).Client("16 0303 0040 00000000" + "01000038" + new string('0', 2 * 56)).Read(Protocol);

        Assert.Empty(notes.Operations);
        Assert.Empty(notes.Parties);
    }

    [Fact]
    public void Read_SuiteOfSmartEnergy_IsNamed() => Assert.Equal(["ieee2030-5"], Sample.Read(Protocol).Carried);

    [Theory]
    [InlineData("17 0303 0010 00000000000000000000000000000000", Verdict.Certain)]
    [InlineData("17 0303 0100 0000000000000000", Verdict.Weak)]                              // goes on in the next segment
    [InlineData("17 0303 0002 0000", Verdict.None)]
    [InlineData("16 0300 0004 01 010000", Verdict.NeedMore)]
    [InlineData("16 0303 FFFF 01 000010 0303", Verdict.None)]                                // longer than a record may be
    [InlineData("14 0303 0001 02", Verdict.None)]
    [InlineData("15 0302 0002 01 00", Verdict.Certain)]
    [InlineData("16", Verdict.NeedMore)]
    [InlineData("16 09", Verdict.NeedMore)]
    [InlineData("16 0909 0000", Verdict.None)]
    public void Recognise_Records(string hex, Verdict expected) =>
        Assert.Equal(expected, Protocol.Recognise(Exchange.Octets(hex), new(Transport.Tcp, 40000, 40001)));

    [Fact]
    public void Read_AnyDesk_IsNamedByItsServerName()
    {
        var hello = "0303" + new string('0', 64) + "00 0002 C02C 01 00 001A 0000 0016 0014 00 0011 612E6E65742E616E796465736B2E636F6D";
        var octets = Exchange.Octets(hello);

        var notes = new Exchange(Transport.Tcp, 443).Client($"16 0301 {octets.Length + 4:X4} 01 {octets.Length:X6}" + hello).Read(Protocol);

        Assert.Equal(["anydesk"], notes.Carried);
    }

    [Fact]
    public void Read_DatagramHello_IsNamedWithItsFingerprint()
    {
        var notes = Datagrams.Read(Protocol);

        Assert.StartsWith("ClientHello for scada.plant, JA4 dd2d020100_", Assert.Single(notes.Operations).What, StringComparison.Ordinal);
        Assert.Contains((Address.IPv4(0x0A000002), FactKind.Name, "scada.plant"), notes.Facts);
        Assert.Equal([(true, Party.Client)], notes.Parties);
    }

    /// <summary>Section 4.2.3: of a hello in fragments the first one has the server name, but not all that the fingerprint needs.</summary>
    [Fact]
    public void Read_FragmentedDatagramHello_HasNoFingerprint()
    {
        const string Body = "FEFD" + "0000000000000000000000000000000000000000000000000000000000000000"
            + "00 00 0002 C02C 01 00 0040 0000 0010 000E 00 000B 73636164612E706C616E74";
        var length = Exchange.Octets(Body).Length;

        var notes = new Exchange(Transport.Udp, 5684).Client($"16 FEFD 0000 000000000000 {length + 12:X4} 01 00006C 0000 000000 {length:X6}" + Body)
            .Read(Protocol);

        Assert.Equal("ClientHello for scada.plant, JA4 unknown (cut)", Assert.Single(notes.Operations).What);
    }
}
