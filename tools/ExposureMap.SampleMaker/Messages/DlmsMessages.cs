using static ExposureMap.SampleMaker.Messages.Octets;

namespace ExposureMap.SampleMaker.Messages;

/// <summary>DLMS/COSEM: wrapper of IEC 62056-47, services of IEC 62056-5-3, interface classes of IEC 62056-6-2.</summary>
internal static class DlmsMessages
{
    // wPorts. Not client 1: with it tshark takes the 21 octets of a GET for a STUN message.
    private const int Client = 2, Meter = 1;

    /// <summary>Association request: logical names, low level security, its password readable.</summary>
    public static byte[] Associate(byte[] clientTitle, string password) => ToMeter(Ber(0x60,
        Ber(0xA1, LogicalNames),
        Ber(0xA6, Ber(4, clientTitle)),
        [0x8A, 2, 7, 0x80],                                     // sender's requirements: authentication
        [0x8B, 7, 0x60, 0x85, 0x74, 5, 8, 2, 1],                // mechanism 1, low level security
        Ber(0xAC, BerText(0x80, password)),
        Ber(0xBE, Ber(4, Convert.FromHexString("01000000065F1F0400007E1F04B0")))));

    public static byte[] Associated(byte[] meterTitle) => ToClient(Ber(0x61,
        Ber(0xA1, LogicalNames),
        Ber(0xA2, BerNumber(2, 0)),                             // accepted
        Ber(0xA3, Ber(0xA1, BerNumber(2, 0))),
        Ber(0xA4, Ber(4, meterTitle)),
        Ber(0xBE, Ber(4, Convert.FromHexString("0800065F1F040000501F01F40007")))));

    /// <summary>Attribute 2 of a register (class 3): active energy import, 1.0.1.8.0.255.</summary>
    public static byte[] ReadEnergy(int invoke) => ToMeter(new Octets().U8(0xC0, 1, invoke).U16(3).Hex("0100010800FF 02 00").ToArray());

    public static byte[] Energy(int invoke, uint wattHours) => ToClient(new Octets().U8(0xC4, 1, invoke, 0, 6).U32(wattHours).ToArray());

    /// <summary>Method 1 of disconnect control (class 70), 0.0.96.3.10.255: the customer is in the dark.</summary>
    public static byte[] RemoteDisconnect(int invoke) => ToMeter(new Octets().U8(0xC3, 1, invoke).U16(70).Hex("000060030AFF 01 01 0F 00").ToArray());

    public static byte[] ActionDone(int invoke) => ToClient([0xC7, 1, (byte)invoke, 0, 0]);

    public static byte[] Release { get; } = ToMeter([0x62, 3, 0x80, 1, 0]);

    public static byte[] Released { get; } = ToClient([0x63, 3, 0x80, 1, 0]);

    /// <summary>System title: three letters of the manufacturer (FLAG), then a number.</summary>
    public static byte[] Title(string manufacturer, long serial) =>
        new Octets().Text(manufacturer).U8((int)(serial >> 32)).U32(serial & uint.MaxValue).ToArray();

    private static byte[] LogicalNames { get; } = [6, 7, 0x60, 0x85, 0x74, 5, 8, 1, 1];

    private static byte[] ToMeter(byte[] apdu) => Wrapped(Client, Meter, apdu);

    private static byte[] ToClient(byte[] apdu) => Wrapped(Meter, Client, apdu);

    private static byte[] Wrapped(int source, int target, byte[] apdu) =>
        new Octets().U16(1).U16(source).U16(target).U16(apdu.Length).Raw(apdu).ToArray();
}
