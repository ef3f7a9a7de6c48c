namespace ExposureMap.SampleMaker.Messages;

/// <summary>The open part of RDP: X.224 connection request and confirm of [MS-RDPBCGR] 2.2.1.1 and 2.2.1.2; TLS follows.</summary>
internal static class RdpMessages
{
    private const string TlsAndCredSsp = "01 00 0800 03000000", CredSspChosen = "02 1F 0800 02000000";

    public static byte[] ConnectionRequest(string user) =>
        Tpkt(new Octets().Hex("E0 0000 0000 00").Text($"Cookie: mstshash={user}\r\n").Hex(TlsAndCredSsp));

    public static byte[] ConnectionConfirm { get; } = Tpkt(new Octets().Hex("D0 0000 1234 00").Hex(CredSspChosen));

    private static byte[] Tpkt(Octets x224) => new Octets().U8(3, 0).U16(x224.Count + 5).U8(x224.Count).Raw(x224.ToArray()).ToArray();
}
