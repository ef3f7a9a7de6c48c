namespace ExposureMap.Capture.Protocols;

/// <summary>A reflected 16-bit cyclic redundancy check, by table.</summary>
internal sealed class Crc16
{
    /// <summary>MODBUS over Serial Line V1.02, section 6.2.2: polynomial A001h, starts at FFFFh.</summary>
    public static readonly Crc16 Modbus = new(0xA001, 0xFFFF, 0);

    /// <summary>IEEE 1815-2012, 9.2.4.7: polynomial A6BCh, starts at 0, result inverted.</summary>
    public static readonly Crc16 Dnp = new(0xA6BC, 0, 0xFFFF);

    /// <summary>ISO/IEC 13239, 4.2.5.2 (HDLC): x^16+x^12+x^5+1 reflected, result inverted.</summary>
    public static readonly Crc16 Hdlc = new(0x8408, 0xFFFF, 0xFFFF);

    /// <summary>Bristol Standard Asynchronous Protocol: as HDLC, not inverted.</summary>
    public static readonly Crc16 Bsap = new(0x8408, 0xFFFF, 0);

    private readonly ushort[] _table = new ushort[256];
    private readonly ushort _start;
    private readonly ushort _invert;

    private Crc16(ushort polynomial, ushort start, ushort invert)
    {
        (_start, _invert) = (start, invert);
        for (var octet = 0; octet < 256; octet++)
        {
            var value = (ushort)octet;
            for (var bit = 0; bit < 8; bit++) value = (ushort)((value & 1) != 0 ? value >> 1 ^ polynomial : value >> 1);
            _table[octet] = value;
        }
    }

    public ushort Of(ReadOnlySpan<byte> octets)
    {
        var value = _start;
        foreach (var octet in octets) value = (ushort)(value >> 8 ^ _table[(byte)(value ^ octet)]);
        return (ushort)(value ^ _invert);
    }
}
