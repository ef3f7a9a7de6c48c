namespace ExposureMap.SampleMaker.Messages;

/// <summary>DNS (RFC 1035), multicast DNS (RFC 6762) and NetBIOS names (RFC 1002), which share one format.</summary>
internal static class NameMessages
{
    private const int Internet = 1, A = 1, NetBios = 0x20, ThisHost = 0xC00C;

    public static byte[] Question(int id, string name) => Header(id, 0x0100, 1, 0).Raw(Labels(name)).U16(A).U16(Internet).ToArray();

    public static byte[] Answer(int id, string name, System.Net.IPAddress address) =>
        Header(id, 0x8180, 1, 1).Raw(Labels(name)).U16(A).U16(Internet)
            .U16(ThisHost).U16(A).U16(Internet).U32(300).U16(4).Raw(address.GetAddressBytes()).ToArray();

    public static byte[] Announce(string name, System.Net.IPAddress address) =>
        Header(0, 0x8400, 0, 1).Raw(Labels(name + ".local")).U16(A).U16(0x8001).U32(120).U16(4).Raw(address.GetAddressBytes()).ToArray();

    /// <summary>Registration of a workstation's NetBIOS name, broadcast (RFC 1002, section 4.2.2).</summary>
    public static byte[] NetBiosRegistration(int id, string name, System.Net.IPAddress address) =>
        new Octets().U16(id).Hex("2910 0001 0000 0000 0001").Raw(Halves(name)).U16(NetBios).U16(Internet)
            .U16(ThisHost).U16(NetBios).U16(Internet).U32(300_000).U16(6).U16(0).Raw(address.GetAddressBytes()).ToArray();

    private static Octets Header(int id, int flags, int questions, int answers) => new Octets().U16(id).U16(flags).U16(questions).U16(answers).U32(0);

    private static byte[] Labels(string name)
    {
        var labels = new Octets();
        foreach (var label in name.Split('.')) labels.U8(label.Length).Text(label);
        return labels.U8(0).ToArray();
    }

    /// <summary>First level encoding: each half octet a letter, the name padded to 15 and its kind (RFC 1001, section 14.1).</summary>
    private static byte[] Halves(string name)
    {
        var encoded = new Octets().U8(32);
        foreach (var letter in name.ToUpperInvariant().PadRight(15) + "\0") encoded.U8('A' + (letter >> 4), 'A' + (letter & 15));
        return encoded.U8(0).ToArray();
    }
}
