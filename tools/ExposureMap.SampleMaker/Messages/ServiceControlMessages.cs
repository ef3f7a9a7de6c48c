namespace ExposureMap.SampleMaker.Messages;

/// <summary>Remote service control over a named pipe: DCE/RPC (C706, chapter 12) with the calls of [MS-SCMR] 3.1.4.</summary>
internal static class ServiceControlMessages
{
    private const string Interface = "81BB7A36 4498 F135 AD32 98F038001003 02000000";      // 367ABB81-9844-35F1-AD32-98F038001003 v2
    private const string Ndr = "045D888AEB1CC9119FE808002B104860 02000000";
    private const int Request = 0, Response = 2, Bind = 11, BindAck = 12, OpenManager = 15, CreateService = 12, StartService = 19;

    public static byte[] BindRequest { get; } = Framed(Bind, 1, new Octets().L16(4280).L16(4280).L32(0).L32(1).L16(0).L16(1).Hex(Interface).Hex(Ndr));

    public static byte[] Bound { get; } = Framed(BindAck, 1,
        new Octets().L16(4280).L16(4280).L32(0x53F0).L16(14).Text("\\PIPE\\svcctl\0").Align(4).L32(1).L32(0).Hex(Ndr));

    public static byte[] Open(string machine) => Call(2, OpenManager, Text(new Octets().L32(0x0002_0000), machine).L32(0).L32(0x000F_003F));

    /// <summary>A service that starts on demand and runs a program as the local system.</summary>
    public static byte[] Create(string service, string program)
    {
        var stub = Text(new Octets().Raw(Handle(1)), service).L32(0).L32(0x000F_01FF).L32(0x10).L32(3).L32(0);
        Text(stub, program).L32(0).L32(0).L32(0).L32(0).L32(0).L32(0).L32(0);
        return Call(3, CreateService, stub);
    }

    public static byte[] Start { get; } = Call(4, StartService, new Octets().Raw(Handle(2)).L32(0).L32(0));

    /// <summary>A handle and success.</summary>
    public static byte[] Opened { get; } = Reply(2, new Octets().Raw(Handle(1)).L32(0));

    public static byte[] Created { get; } = Reply(3, new Octets().L32(0).Raw(Handle(2)).L32(0));

    public static byte[] Started { get; } = Reply(4, new Octets().L32(0));

    private static byte[] Handle(int number) => new Octets().L32(0).L32(0x5EC5_0000 + number).Hex("C4D5 E6F7 0819 2A3B 4C5D 0000").ToArray();

    private static Octets Text(Octets stub, string text) =>
        stub.L32(text.Length + 1).L32(0).L32(text.Length + 1).Wide(text + "\0").Align(4);

    private static byte[] Call(int call, int operation, Octets stub) =>
        Framed(Request, call, new Octets().L32(stub.Count).L16(0).L16(operation).Raw(stub.ToArray()));

    private static byte[] Reply(int call, Octets stub) => Framed(Response, call, new Octets().L32(stub.Count).L16(0).L16(0).Raw(stub.ToArray()));

    private static byte[] Framed(int type, int call, Octets body) =>
        new Octets().U8(5, 0, type, 3).Hex("10000000").L16(body.Count + 16).L16(0).L32(call).Raw(body.ToArray()).ToArray();
}
