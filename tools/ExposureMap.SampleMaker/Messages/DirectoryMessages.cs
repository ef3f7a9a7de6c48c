using ExposureMap.SampleMaker.Network;
using static ExposureMap.SampleMaker.Messages.Octets;

namespace ExposureMap.SampleMaker.Messages;

/// <summary>The domain controller's work: Kerberos (RFC 4120, section 5.4) over TCP and LDAP (RFC 4511).</summary>
internal static class DirectoryMessages
{
    private const int Aes256 = 18;                              // etype, RFC 3962

    public static byte[] TicketRequest(string user, string realm) => Framed(Ber(0x6A, Ber(0x30,
        Ber(0xA1, BerNumber(2, 5)),
        Ber(0xA2, BerNumber(2, 10)),
        Ber(0xA4, Ber(0x30,
            Ber(0xA0, [3, 5, 0, 0x40, 0x81, 0, 0x10]),
            Ber(0xA1, Name(1, user)),
            Ber(0xA2, BerText(0x1B, realm)),
            Ber(0xA3, Name(2, "krbtgt", realm)),
            Ber(0xA5, BerText(0x18, "20370913024805Z")),
            Ber(0xA7, BerNumber(2, 0x12345678)),
            Ber(0xA8, Ber(0x30, BerNumber(2, Aes256))))))));

    public static byte[] Ticket(Chance chance, string user, string realm) => Framed(Ber(0x6B, Ber(0x30,
        Ber(0xA0, BerNumber(2, 5)),
        Ber(0xA1, BerNumber(2, 11)),
        Ber(0xA3, BerText(0x1B, realm)),
        Ber(0xA4, Name(1, user)),
        Ber(0xA5, Ber(0x61, Ber(0x30,
            Ber(0xA0, BerNumber(2, 5)),
            Ber(0xA1, BerText(0x1B, realm)),
            Ber(0xA2, Name(2, "krbtgt", realm)),
            Ber(0xA3, Encrypted(chance, 400))))),
        Ber(0xA6, Encrypted(chance, 200)))));

    public static byte[] Bind(int id) => Ldap(id, Ber(0x60, BerNumber(2, 3), Ber(4), Ber(0x80)));

    public static byte[] Bound(int id) => Ldap(id, Ber(0x61, Ber(0x0A, [0]), Ber(4), Ber(4)));

    /// <summary>Search below the domain for one account.</summary>
    public static byte[] Search(int id, string domain, string account) => Ldap(id, Ber(0x63,
        BerText(4, domain), Ber(0x0A, [2]), Ber(0x0A, [0]), BerNumber(2, 0), BerNumber(2, 30), Ber(1, [0]),
        Ber(0xA3, BerText(4, "sAMAccountName"), BerText(4, account)),
        Ber(0x30, BerText(4, "memberOf"))));

    public static byte[] Found(int id, string entry, string group) =>
    [
        .. Ldap(id, Ber(0x64, BerText(4, entry), Ber(0x30, Ber(0x30, BerText(4, "memberOf"), Ber(0x31, BerText(4, group)))))),
        .. Ldap(id, Ber(0x65, Ber(0x0A, [0]), Ber(4), Ber(4))),
    ];

    private static byte[] Ldap(int id, byte[] operation) => Ber(0x30, BerNumber(2, id), operation);

    private static byte[] Name(int type, params string[] parts) =>
        Ber(0x30, Ber(0xA0, BerNumber(2, type)), Ber(0xA1, Ber(0x30, [.. parts.Select(part => BerText(0x1B, part))])));

    private static byte[] Encrypted(Chance chance, int count) => Ber(0x30, Ber(0xA0, BerNumber(2, Aes256)), Ber(0xA2, Ber(4, chance.Octets(count))));

    /// <summary>Over TCP four octets of length come first (RFC 4120, section 7.2.2).</summary>
    private static byte[] Framed(byte[] message) => new Octets().U32(message.Length).Raw(message).ToArray();
}
