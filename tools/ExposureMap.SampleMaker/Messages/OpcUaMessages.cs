namespace ExposureMap.SampleMaker.Messages;

/// <summary>OPC UA binary over TCP, OPC 10000-6, clauses 6.7 and 7.1; security policy None, so that it can be read.</summary>
internal static class OpcUaMessages
{
    private const string Policy = "http://opcfoundation.org/UA/SecurityPolicy#None";
    private const int Channel = 7, Token = 1;

    public static byte[] Hello(string url) => Framed("HELF", new Octets().L32(0).L32(65536).L32(65536).L32(0).L32(0).L32(url.Length).Text(url));

    public static byte[] Acknowledge { get; } = Framed("ACKF", new Octets().L32(0).L32(65536).L32(65536).L32(0).L32(0));

    /// <summary>OpenSecureChannel request (446): issue, no security, one hour.</summary>
    public static byte[] OpenChannel { get; } = Framed("OPNF", Secure(0)
        .L32(1).L32(1).Hex("01 00").L16(446).Raw(RequestHeader(1)).L32(0).L32(0).L32(1).L32(0).L32(3_600_000));

    public static byte[] ChannelOpened { get; } = Framed("OPNF", Secure(Channel)
        .L32(1).L32(1).Hex("01 00").L16(449).Raw(ResponseHeader(1)).L32(0).L32(Channel).L32(Token).L64(0).L32(3_600_000).L32(0));

    /// <summary>Read request (631) of the value of some nodes, ns=2 and numeric.</summary>
    public static byte[] Read(int number, params ReadOnlySpan<int> nodes)
    {
        var body = Message(number, 631).Raw(RequestHeader(number)).L64(0).L32(2).L32(nodes.Length);
        foreach (var node in nodes) body.Hex("01 02").L16(node).L32(13).L32(-1).L16(0).L32(-1);
        return Framed("MSGF", body);
    }

    public static byte[] Values(int number, params ReadOnlySpan<float> values)
    {
        var body = Message(number, 634).Raw(ResponseHeader(number)).L32(values.Length);
        foreach (var value in values) body.U8(1, 10).Float(value);                      // a value, of type Float
        return Framed("MSGF", body.L32(0));
    }

    private static Octets Secure(int channel) => new Octets().L32(channel).L32(Policy.Length).Text(Policy).L32(-1).L32(-1);

    private static Octets Message(int number, int type) => new Octets().L32(Channel).L32(Token).L32(number).L32(number).Hex("01 00").L16(type);

    private static byte[] RequestHeader(int handle) => new Octets().L16(0).L64(0).L32(handle).L32(0).L32(-1).L32(5000).Hex("00 00 00").ToArray();

    private static byte[] ResponseHeader(int handle) => new Octets().L64(0).L32(handle).L32(0).U8(0).L32(0).Hex("00 00 00").ToArray();

    private static byte[] Framed(string type, Octets body) => new Octets().Text(type).L32(body.Count + 8).Raw(body.ToArray()).ToArray();
}
