using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;
using Xunit;

namespace ExposureMap.Capture.Tests.Protocols;

public sealed class SmbTests : ProtocolContract
{
    /// <summary>
    /// MS-SMB2 section 2.2.1.2: credit charge, status, command, credits, flags, next command, message, process, tree, session, signature.
    /// </summary>
    private static string Head(string command, string flags) =>
        $"FE534D42 4000 0000 00000000 {command} 0100 {flags} 00000000 0100000000000000 00000000 01000000 0100000000000000" + new string('0', 32);

    /// <summary>Section 2.2.21: a write to a pipe, data at 112, with the DCE/RPC messages that a service needs.</summary>
    private static string Write(string data) =>
        Head("0900", "00000000") + $"3100 7000 {data.Count(char.IsAsciiHexDigit) / 2:X2}000000 0000000000000000" + new string('0', 32)
        + "00000000 00000000 0000 0000 00000000" + data;

    /// <summary>MS-NLMP section 2.2.1.2: computer SRV1, DNS name srv1.x, Windows 10.0 build 17763.</summary>
    private const string Challenge =
        "4E544C4D53535000 02000000 0000 0000 38000000 00000002 1122334455667788 0000000000000000 1C00 1C00 38000000 0A00 6345 0000000F"
        + "0100 0800 5300520056003100 0300 0C00 73007200760031002E007800 0000 0000";

    internal override IProtocol Protocol { get; } = new Smb();

    protected override Exchange Sample { get; } = new Exchange(Transport.Tcp, 445)
        .Client(Session(Head("0000", "00000000") + "2400 0100 0100 0000 00000000 00000000000000000000000000000001 0000000000000000 0202"))
        .Server(Session(Head("0000", "01000000") + "4100 0100 0202 0000 11111111222233334444555555555555 00000000" + new string('0', 60)))
        .Server(Session(Head("0100", "01000000") + "0900 0000 4800 5800" + Challenge))
        .Client(Session(
            Head("0500", "00000000")
            + "3900 00 00 00000000 0000000000000000 0000000000000000 00000000 00000000 00000000 05000000 00000000 7800 0A00 00000000 00000000 61002E00650078006500"))
        .Client(Session(Write(DceRpcTests.Bind)))
        .Client(Session(Write(DceRpcTests.CreateService)))
        .Client(Session("FD534D42" + new string('0', 96)));

    [Fact]
    public void Read_PipeToServiceControl_CreatesAService()
    {
        var notes = Sample.Read(Protocol);

        Assert.Contains((Effect.Program, "creates a service"), notes.Operations);
        Assert.Equal(["ntlm", "dce_rpc", "svcctl"], notes.Carried);
        Assert.Equal(1, notes.Effects[Effect.Opaque]);
    }

    [Fact]
    public void Read_Create_NamesTheFile() => Assert.Contains((Effect.Write, "creates or replaces file a.exe"), Sample.Read(Protocol).Operations);

    [Fact]
    public void Read_Server_IsIdentifiedByNtlmAndGuid()
    {
        var notes = Sample.Read(Protocol);

        Assert.Contains((Address.IPv4(0x0A000002), FactKind.Name, "SRV1"), notes.Facts);
        Assert.Contains((Address.IPv4(0x0A000002), FactKind.Fingerprint, "ntlm computer srv1.x"), notes.Facts);
        Assert.Contains((Address.IPv4(0x0A000002), FactKind.Firmware, "Windows 10.0 build 17763"), notes.Facts);
        Assert.Contains((Address.IPv4(0x0A000002), FactKind.Fingerprint, "smb server guid 11111111222233334444555555555555"), notes.Facts);
    }

    [Theory]
    [InlineData("00 000004 FF534D42", Verdict.Certain)]
    [InlineData("00 000004 FE534D43", Verdict.None)]
    [InlineData("00 01 00 00 00 06 01 03 00 00 00 01", Verdict.None)]                        // Modbus
    public void Recognise_Sessions(string hex, Verdict expected) =>
        Assert.Equal(expected, Protocol.Recognise(Exchange.Octets(hex), new(Transport.Tcp, 40000, 40001)));

    private static string Session(string message) => $"00 {message.Count(char.IsAsciiHexDigit) / 2:X6} " + message;
}
