using ExposureMap.SampleMaker.Network;

namespace ExposureMap.SampleMaker.Messages;

/// <summary>What every network hums all day: NTP (RFC 5905), syslog (RFC 5424), SNMPv2c (RFC 3416), DHCP (RFC 2131), LLDP (IEEE 802.1AB).</summary>
internal static class HouseholdMessages
{
    private const long NtpEpochOffset = 2_208_988_800;          // seconds from 1900 to 1970

    public static byte[] NtpRequest(DateTimeOffset at) =>
        new Octets().Hex("23 00 06 EC").Zeros(36).U32(at.ToUnixTimeSeconds() + NtpEpochOffset).U32(0).ToArray();

    public static byte[] NtpReply(DateTimeOffset at)
    {
        var seconds = at.ToUnixTimeSeconds() + NtpEpochOffset;
        return new Octets().Hex("24 02 06 EC 00000A00 00000B00 0A0A010A").U32(seconds - 30).U32(0).U32(seconds).U32(0)
            .U32(seconds).U32(1 << 20).U32(seconds).U32(1 << 21).ToArray();
    }

    public static byte[] Syslog(int priority, DateTimeOffset at, string host, string application, string message) =>
        new Octets().Text(string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $"<{priority}>1 {at:yyyy-MM-ddTHH:mm:ss}Z {host} {application} - - - {message}")).ToArray();

    /// <summary>Get of sysName (1.3.6.1.2.1.1.5.0).</summary>
    public static byte[] SnmpGet(int request) => Snmp(0xA0, request, [5, 0]);

    public static byte[] SnmpName(int request, string name) => Snmp(0xA2, request, Octets.BerText(4, name));

    /// <summary>One message of a lease: 1 discover, 2 offer, 3 request, 5 acknowledge.</summary>
    public static byte[] Dhcp(int type, uint transaction, Host client, Host server, int prefixLength)
    {
        var fromClient = type is 1 or 3;
        var message = new Octets().U8(fromClient ? 1 : 2, 1, 6, 0).U32(transaction).U32(0).U32(0)
            .Raw(fromClient ? new byte[4] : client.Address.GetAddressBytes()).Raw(fromClient ? new byte[4] : server.Address.GetAddressBytes())
            .U32(0).Raw(client.Mac.GetAddressBytes()).Zeros(10 + 64 + 128).Hex("63825363").U8(53, 1, type);
        if (fromClient)
            message.U8(61, 7, 1).Raw(client.Mac.GetAddressBytes()).U8(12, client.Name.Length).Text(client.Name).U8(60, 8).Text("MSFT 5.0");
        if (type == 3) message.U8(50, 4).Raw(client.Address.GetAddressBytes());
        if (type != 1) message.U8(54, 4).Raw(server.Address.GetAddressBytes());
        if (!fromClient)
            message.U8(51, 4).U32(28800).U8(1, 4).U32(uint.MaxValue << (32 - prefixLength)).U8(3, 4)
                .Raw(client.Lan.Gateways[0].Address.GetAddressBytes());
        return message.U8(255).ToArray();
    }

    public static byte[] Lldp(Host device, string port, string description, int capabilities)
    {
        var message = new Octets();
        Element(message, 1, new Octets().U8(4).Raw(device.Mac.GetAddressBytes()));
        Element(message, 2, new Octets().U8(5).Text(port));
        Element(message, 3, new Octets().U16(120));
        Element(message, 5, new Octets().Text(device.Name));
        Element(message, 6, new Octets().Text(description));
        Element(message, 7, new Octets().U16(capabilities).U16(capabilities));
        Element(message, 8, new Octets().U8(5, 1).Raw(device.Address.GetAddressBytes()).U8(2).U32(1).U8(0));
        return message.U16(0).ToArray();
    }

    private static void Element(Octets message, int type, Octets value) => message.U16((type << 9) | value.Count).Raw(value.ToArray());

    private static byte[] Snmp(int operation, int request, byte[] value) => Octets.Ber(0x30,
        Octets.BerNumber(2, 1),
        Octets.BerText(4, "utility-ro"),
        Octets.Ber(operation, Octets.BerNumber(2, request), Octets.BerNumber(2, 0), Octets.BerNumber(2, 0),
            Octets.Ber(0x30, Octets.Ber(0x30, [6, 8, 0x2B, 6, 1, 2, 1, 1, 5, 0], value))));
}
