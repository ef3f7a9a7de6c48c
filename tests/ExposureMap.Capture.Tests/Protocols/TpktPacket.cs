namespace ExposureMap.Capture.Tests.Protocols;

/// <summary>Builds packets of RFC 1006 for tests.</summary>
internal static class TpktPacket
{
    /// <summary>A data unit of class 0 (X.224, 13.7) with the end mark set.</summary>
    public static byte[] Data(string hex) => Whole([0x02, 0xF0, 0x80, .. Exchange.Octets(hex)]);

    /// <summary>A connect request (code E0h) or confirm (D0h) with a TPDU size and both selectors.</summary>
    public static byte[] Connect(byte code, byte[] calling, byte[] called) =>
        Whole([(byte)(13 + calling.Length + called.Length), code, 0, 0, 0, 1, 0, 0xC0, 1, 10, 0xC1, (byte)calling.Length, .. calling, 0xC2,
            (byte)called.Length, .. called]);

    private static byte[] Whole(byte[] unit) => [3, 0, (byte)((unit.Length + 4) >> 8), (byte)(unit.Length + 4), .. unit];
}
