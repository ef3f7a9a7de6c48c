using static ExposureMap.SampleMaker.Messages.Octets;

namespace ExposureMap.SampleMaker.Messages;

/// <summary>ANSI C12.22-2012: ACSE envelope (clause 5.3.4), EPSEM services (5.3.2); tables and procedures of ANSI C12.19.</summary>
internal static class C1222Messages
{
    private const int Clear = 0x80;                             // EPSEM control: no security, always respond

    /// <summary>The universal identifier of a C12.22 node (2.16.124.113620.1.22.0.x.x).</summary>
    public static byte[] Title(int network, int node) =>
        Ber(6, [0x60, 0x7C, 0x86, 0xF7, 0x54, 1, 0x16, 0, .. Base128(network), .. Base128(node)]);

    /// <summary>Full table read (0x30).</summary>
    public static byte[] ReadTable(byte[] called, byte[] calling, int invocation, int table) =>
        Message(called, calling, invocation, new Octets().U8(0x30).U16(table));

    /// <summary>OK with a table's contents and their checksum.</summary>
    public static byte[] Table(byte[] called, byte[] calling, int invocation, byte[] data) =>
        Message(called, calling, invocation, Counted(new Octets().U8(0), data));

    /// <summary>Full table write (0x40) of table 7, "procedure initiate": bit 11 makes the procedure the manufacturer's own.</summary>
    public static byte[] InitiateProcedure(byte[] called, byte[] calling, int invocation, int procedure, int sequence, params byte[] parameters) =>
        Message(called, calling, invocation,
            Counted(new Octets().U8(0x40).U16(7), new Octets().L16(procedure).U8(sequence).Raw(parameters).ToArray()));

    public static byte[] Ok(byte[] called, byte[] calling, int invocation) => Message(called, calling, invocation, new Octets().U8(0));

    /// <summary>Table 8, "procedure response": completed.</summary>
    public static byte[] ProcedureDone(byte[] called, byte[] calling, int invocation, int procedure, int sequence) =>
        Table(called, calling, invocation, new Octets().L16(procedure).U8(sequence, 0).ToArray());

    /// <summary>Registration (0x27) of a node with its master relay.</summary>
    /// <param name="nodeType">Bit 0 relay, bit 5 end device.</param>
    public static byte[] Register(byte[] called, byte[] calling, int invocation, int nodeType, byte[] serial, string address) =>
        Message(called, calling, invocation, new Octets()
            .U8(0x27, nodeType, 0).Hex("00 00 00 00").Raw(calling).Raw(serial)
            .U8(address.Length).Text(address).U8(0, 0x0E, 0x10));                       // once an hour

    public static byte[] Registered(byte[] called, byte[] calling, int invocation) =>
        Message(called, calling, invocation, new Octets().U8(0).Raw(called).U16(30).U8(0, 0x0E, 0x10, 0));

    private static byte[] Message(byte[] called, byte[] calling, int invocation, Octets service)
    {
        byte[] epsem = [Clear, (byte)service.Count, .. service.ToArray()];
        return Ber(0x60,
            Ber(0xA2, called),
            Ber(0xA6, calling),
            Ber(0xA8, Ber(2, new Octets().U16(invocation & 0x7FFF).ToArray())),
            Ber(0xBE, Ber(0x28, Ber(0x81, epsem))));
    }

    private static Octets Counted(Octets service, byte[] data) =>
        service.U16(data.Length).Raw(data).U8(-data.Sum(octet => octet));               // two's complement of the sum

    private static byte[] Base128(int number) =>
        number < 0x80 ? [(byte)number] : [.. Base128(number >> 7).Select(octet => (byte)(octet | 0x80)), (byte)(number & 0x7F)];
}
