using ExposureMap.SampleMaker.Network;

namespace ExposureMap.SampleMaker.Messages;

/// <summary>TLS 1.3 (RFC 8446) as far as it can be read on the wire: two hellos, then opaque records.</summary>
internal static class TlsMessages
{
    private const string Group = "001D";                        // x25519

    public static byte[] ClientHello(Chance chance, string? serverName)
    {
        var hello = new Octets().U16(0x0303).Raw(chance.Octets(32)).U8(32).Raw(chance.Octets(32)).Hex("0006 1301 1302 1303").Hex("0100");
        var extensions = new Octets();
        if (serverName is not null)
            extensions.U16(0).U16(serverName.Length + 5).U16(serverName.Length + 3).U8(0).U16(serverName.Length).Text(serverName);
        extensions.Hex("000A 0004 0002" + Group)                // supported groups
            .Hex("000D 0008 0006 0403 0804 0401")               // signature algorithms
            .Hex("002B 0003 02 0304")                           // supported versions: 1.3
            .Hex("0033 0026 0024" + Group + "0020").Raw(chance.Octets(32));
        return Handshake(1, hello.U16(extensions.Count).Raw(extensions.ToArray()));
    }

    /// <summary>ServerHello, ChangeCipherSpec and the encrypted rest of the server's flight.</summary>
    public static byte[] ServerHello(Chance chance, int certificates = 420)
    {
        var hello = new Octets().U16(0x0303).Raw(chance.Octets(32)).U8(32).Raw(chance.Octets(32)).Hex("1301 00");
        var extensions = new Octets().Hex("002B 0002 0304").Hex("0033 0024" + Group + "0020").Raw(chance.Octets(32));
        hello.U16(extensions.Count).Raw(extensions.ToArray());
        return [.. Handshake(2, hello), 0x14, 3, 3, 0, 1, 1, .. Data(chance, certificates)];
    }

    /// <summary>The client's Finished behind its ChangeCipherSpec.</summary>
    public static byte[] Finished(Chance chance) => [0x14, 3, 3, 0, 1, 1, .. Data(chance, 53)];

    public static byte[] Data(Chance chance, int count) => new Octets().Hex("17 0303").U16(count).Raw(chance.Octets(count)).ToArray();

    private static byte[] Handshake(int type, Octets body) =>
        new Octets().Hex("16 0301").U16(body.Count + 4).U8(type, 0).U16(body.Count).Raw(body.ToArray()).ToArray();
}
