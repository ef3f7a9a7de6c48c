namespace ExposureMap.SampleMaker.Messages;

/// <summary>MODBUS Messaging on TCP/IP Implementation Guide V1.0b (header) and Application Protocol V1.1b3 (functions).</summary>
internal static class ModbusMessages
{
    /// <summary>Functions 1 to 4.</summary>
    public static byte[] Read(int transaction, int unit, int function, int start, int quantity) =>
        Frame(transaction, unit, new Octets().U8(function).U16(start).U16(quantity));

    public static byte[] Registers(int transaction, int unit, int function, params ReadOnlySpan<int> values)
    {
        var body = new Octets().U8(function, values.Length * 2);
        foreach (var value in values) body.U16(value);
        return Frame(transaction, unit, body);
    }

    /// <summary>Function 16.</summary>
    public static byte[] Write(int transaction, int unit, int start, params ReadOnlySpan<int> values)
    {
        var body = new Octets().U8(16).U16(start).U16(values.Length).U8(values.Length * 2);
        foreach (var value in values) body.U16(value);
        return Frame(transaction, unit, body);
    }

    public static byte[] Written(int transaction, int unit, int start, int quantity) =>
        Frame(transaction, unit, new Octets().U8(16).U16(start).U16(quantity));

    /// <summary>Function 5; the answer repeats the request.</summary>
    public static byte[] Coil(int transaction, int unit, int coil, bool on) =>
        Frame(transaction, unit, new Octets().U8(5).U16(coil).U16(on ? 0xFF00 : 0));

    /// <summary>Function 43/14, basic identification.</summary>
    public static byte[] Identify(int transaction, int unit) => Frame(transaction, unit, new Octets().Hex("2B 0E 01 00"));

    public static byte[] Identification(int transaction, int unit, string vendor, string product, string revision)
    {
        var body = new Octets().Hex("2B 0E 01 01 00 00 03");
        foreach (var (text, index) in ((string[])[vendor, product, revision]).Select((text, index) => (text, index)))
            body.U8(index, text.Length).Text(text);
        return Frame(transaction, unit, body);
    }

    /// <summary>Function 90, the engineering tool's own (UMAS); 0xFE answers "done".</summary>
    public static byte[] Umas(int transaction, int unit, int function, params ReadOnlySpan<byte> data) =>
        Frame(transaction, unit, new Octets().U8(90, 1, function).Raw(data));

    private static byte[] Frame(int transaction, int unit, Octets body) =>
        new Octets().U16(transaction).U16(0).U16(body.Count + 1).U8(unit).Raw(body.ToArray()).ToArray();
}
