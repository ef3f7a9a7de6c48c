using ExposureMap.SampleMaker.Network;

namespace ExposureMap.SampleMaker.Messages;

/// <summary>SSH 2: banners and binary packets of RFC 4253, curve25519 exchange of RFC 8731.</summary>
internal static class SshMessages
{
    public static byte[] Banner(string software) => new Octets().Text($"SSH-2.0-{software}\r\n").ToArray();

    public static byte[] KeyExchangeInit(Chance chance)
    {
        var body = new Octets().U8(20).Raw(chance.Octets(16));
        foreach (var names in (string[])["curve25519-sha256", "ssh-ed25519", .. Twice("chacha20-poly1305@openssh.com"), .. Twice("hmac-sha2-256"),
            .. Twice("none"), .. Twice("")])
            Name(body, names);
        return Packet(body.Zeros(5));
    }

    public static byte[] ExchangeRequest(Chance chance) => Packet(Blob(new Octets().U8(30), chance.Octets(32)));

    /// <summary>Answer with the host key, new keys at its heels.</summary>
    public static byte[] ExchangeReply(Chance chance, byte[] hostKey)
    {
        var key = Blob(Name(new Octets(), "ssh-ed25519"), hostKey).ToArray();
        var signature = Blob(Name(new Octets(), "ssh-ed25519"), chance.Octets(64)).ToArray();
        return [.. Packet(Blob(Blob(Blob(new Octets().U8(31), key), chance.Octets(32)), signature)), .. NewKeys];
    }

    public static byte[] NewKeys { get; } = Packet(new Octets().U8(21));

    /// <summary>An encrypted packet: from here on nobody reads along.</summary>
    public static byte[] Encrypted(Chance chance, int count) => new Octets().U32(count - 20).Raw(chance.Octets(count - 4)).ToArray();

    private static IEnumerable<string> Twice(string name) => [name, name];

    private static Octets Name(Octets octets, string name) => octets.U32(name.Length).Text(name);

    private static Octets Blob(Octets octets, byte[] blob) => octets.U32(blob.Length).Raw(blob);

    private static byte[] Packet(Octets body)
    {
        var padding = 16 - ((body.Count + 5) % 8);
        if (padding > 11) padding -= 8;
        return new Octets().U32(body.Count + padding + 1).U8(padding).Raw(body.ToArray()).Zeros(padding).ToArray();
    }
}
