namespace ExposureMap.Capture.Protocols;

/// <summary>The 16-bit cyclic redundancy checks that field protocols close their frames with, begun with 0xFFFF where nothing else is said.</summary>
internal static class FrameCheck
{
    private const ushort Start = 0xFFFF;
    private static readonly ushort[] X25Table = Reflected(0x8408);
    private static readonly ushort[] ModbusTable = Reflected(0xA001);
    private static readonly ushort[] DnpTable = Reflected(0xA6BC);
    private static readonly ushort[] CcittTable = Straight(0x1021);

    /// <summary>ISO/IEC 13239 section 4.2.5.2 (HDLC): x^16+x^12+x^5+1 reflected, complemented, sent least significant octet first.</summary>
    public static ushort Hdlc(ReadOnlySpan<byte> octets) => (ushort)~Fold(X25Table, Start, octets);

    /// <summary>The polynomial of <see cref="Hdlc"/>, not complemented; <paramref name="begun"/> continues an earlier result.</summary>
    public static ushort Bsap(ReadOnlySpan<byte> octets, ushort begun = Start) => Fold(X25Table, begun, octets);

    /// <summary>MODBUS over Serial Line V1.02 section 2.5.1.2: x^16+x^15+x^2+1 reflected, sent least significant octet first.</summary>
    public static ushort Modbus(ReadOnlySpan<byte> octets, ushort begun = Start) => Fold(ModbusTable, begun, octets);

    /// <summary>IEEE 1815-2012, 9.2.4.7: begun with 0, complemented, sent least significant octet first.</summary>
    public static ushort Dnp(ReadOnlySpan<byte> octets) => (ushort)~Fold(DnpTable, 0, octets);

    /// <summary>IEEE C37.118.2-2011 annex B: x^16+x^12+x^5+1, sent most significant octet first.</summary>
    public static ushort Ccitt(ReadOnlySpan<byte> octets)
    {
        var check = Start;
        foreach (var octet in octets) check = (ushort)(check << 8 ^ CcittTable[check >> 8 ^ octet]);
        return check;
    }

    private static ushort Fold(ushort[] table, ushort check, ReadOnlySpan<byte> octets)
    {
        foreach (var octet in octets) check = (ushort)(check >> 8 ^ table[(byte)(check ^ octet)]);
        return check;
    }

    private static ushort[] Reflected(int polynomial)
    {
        var table = new ushort[256];
        for (var index = 0; index < 256; index++)
        {
            var rest = index;
            for (var bit = 0; bit < 8; bit++) rest = (rest & 1) != 0 ? rest >> 1 ^ polynomial : rest >> 1;
            table[index] = (ushort)rest;
        }

        return table;
    }

    private static ushort[] Straight(int polynomial)
    {
        var table = new ushort[256];
        for (var index = 0; index < 256; index++)
        {
            var rest = index << 8;
            for (var bit = 0; bit < 8; bit++) rest = (rest & 0x8000) != 0 ? rest << 1 ^ polynomial : rest << 1;
            table[index] = (ushort)rest;
        }

        return table;
    }
}
