namespace ExposureMap.SampleMaker.Messages;

/// <summary>IEC 60870-5-104, clause 5 (APCI) and IEC 60870-5-101, clause 7 (ASDU).</summary>
internal static class Iec104Messages
{
    public const int Spontaneous = 3, Activation = 6, Confirmation = 7, Termination = 10, Interrogated = 20;

    public static byte[] StartTransfer { get; } = [0x68, 4, 0x07, 0, 0, 0];

    public static byte[] StartConfirmed { get; } = [0x68, 4, 0x0B, 0, 0, 0];

    public static byte[] Received(int next) => new Octets().U8(0x68, 4, 1, 0).L16(next << 1).ToArray();

    /// <summary>Type 100, station interrogation.</summary>
    public static byte[] Interrogation(int sent, int received, int cause, int station) =>
        Numbered(sent, received, new Octets().U8(100, 1, cause, 0).L16(station).L16(0).U8(0, 20));

    /// <summary>Type 13, short floating point values, each with its own object address.</summary>
    public static byte[] Values(int sent, int received, int cause, int station, params ReadOnlySpan<(int Address, float Value)> points)
    {
        var asdu = new Octets().U8(13, points.Length, cause, 0).L16(station);
        foreach (var (address, value) in points) asdu.L16(address).U8(0).Float(value).U8(0);
        return Numbered(sent, received, asdu);
    }

    /// <summary>Type 1, one single point.</summary>
    public static byte[] Point(int sent, int received, int cause, int station, int address, bool on) =>
        Numbered(sent, received, new Octets().U8(1, 1, cause, 0).L16(station).L16(address).U8(0, on ? 1 : 0));

    private static byte[] Numbered(int sent, int received, Octets asdu) =>
        new Octets().U8(0x68, asdu.Count + 4).L16(sent << 1).L16(received << 1).Raw(asdu.ToArray()).ToArray();
}
