namespace ExposureMap.SampleMaker.Messages;

/// <summary>DNP3, IEEE Std 1815: link frames (clause 9) with one transport segment and one application fragment each.</summary>
internal static class Dnp3Messages
{
    private const int BlockSize = 16;                           // octets of user data under one CRC, 9.2.5

    /// <summary>Read of event classes 1, 2, 3 and of the static class 0 (group 60).</summary>
    public static byte[] ClassPoll(int outstation, int master, int sequence, bool integrity) =>
        FromMaster(outstation, master, sequence, new Octets().U8(1).Hex("3C02 06 3C03 06 3C04 06").Hex(integrity ? "3C01 06" : ""));

    /// <summary>Eight binary inputs (g1v2) and some analogues (g30v2), all on line.</summary>
    public static byte[] Measurements(int master, int outstation, int sequence, int inputs, params ReadOnlySpan<int> analogues)
    {
        var objects = new Octets().U8(129).L16(0).Hex("01 02 00 00 07");
        for (var bit = 0; bit < 8; bit++) objects.U8(1 | ((inputs >> bit & 1) << 7));
        objects.Hex("1E 02 00").U8(0, analogues.Length - 1);
        foreach (var value in analogues) objects.U8(1).L16(value);
        return FromOutstation(master, outstation, sequence, objects);
    }

    public static byte[] NothingNew(int master, int outstation, int sequence) =>
        FromOutstation(master, outstation, sequence, new Octets().U8(129).L16(0));

    private static byte[] FromMaster(int to, int from, int sequence, Octets fragment) => Frame(0xC4, to, from, sequence, fragment);

    private static byte[] FromOutstation(int to, int from, int sequence, Octets fragment) => Frame(0x44, to, from, sequence, fragment);

    private static byte[] Frame(int control, int to, int from, int sequence, Octets fragment)
    {
        var once = 0xC0 | (sequence & 0x0F);                    // first and final fragment
        var user = new Octets().U8(0xC0 | (sequence & 0x3F), once).Raw(fragment.ToArray()).ToArray();
        var frame = new Octets();
        Checked(frame, new Octets().U8(0x05, 0x64, user.Length + 5, control).L16(to).L16(from).ToArray());
        foreach (var block in user.Chunk(BlockSize)) Checked(frame, block);
        return frame.ToArray();
    }

    private static void Checked(Octets frame, byte[] block)
    {
        var crc = 0;
        foreach (var octet in block)
        {
            crc ^= octet;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xA6BC : crc >> 1;
        }

        frame.Raw(block).L16(~crc);
    }
}
