using ExposureMap.SampleMaker.Network;

namespace ExposureMap.SampleMaker.Messages;

/// <summary>SMB 3.0.2 on TCP as [MS-SMB2] 2.2 lays it out, with NTLM ([MS-NLMP] 2.2.1) to log on. One tree, one file at a time.</summary>
internal sealed class SmbMessages(Chance chance)
{
    private const int Dialect = 0x0302, HeaderSize = 64, Tree = 5, FileHandle = 0x21;
    private const long Session = 0x0000_0C00_0000_0029;

    private long _message;

    private enum Command { Negotiate, SessionSetup, Logoff, TreeConnect, TreeDisconnect, Create, Close, Flush, Read, Write }

    public byte[] Negotiate() =>
        Request(Command.Negotiate, new Octets().L16(36).L16(2).L16(1).L16(0).L32(0x7F).Raw(chance.Octets(16)).L64(0).L16(0x0300).L16(Dialect));

    public byte[] Negotiated() => Response(Command.Negotiate, new Octets().L16(65).L16(1).L16(Dialect).L16(0).Raw(chance.Octets(16)).L32(0x7F)
        .L32(1 << 20).L32(1 << 20).L32(1 << 20).L64(0x01DC_AA00_0000_0000).L64(0).L16(HeaderSize + 64).L16(0).L32(0));

    public byte[] LogOn() => SetUp(new Octets().Text("NTLMSSP\0").L32(1).L32(0xE208_8297).L64(0).L64(0).Hex("0A00 6345 0000000F"));

    public byte[] Challenge(string domain, string host)
    {
        var names = new Octets();
        foreach (var (kind, name) in ((int, string)[])[(2, domain), (1, host)]) names.L16(kind).L16(name.Length * 2).Wide(name);
        names.L32(0);
        var token = new Octets().Text("NTLMSSP\0").L32(2).L16(domain.Length * 2).L16(domain.Length * 2).L32(56).L32(0xE28A_8215)
            .Raw(chance.Octets(8)).L64(0).L16(names.Count).L16(names.Count).L32(56 + (domain.Length * 2)).Hex("0A00 6345 0000000F")
            .Wide(domain).Raw(names.ToArray());
        return Response(Command.SessionSetup, Answered(token), 0xC000_0016);            // more processing required
    }

    public byte[] Authenticate(string domain, string user, string host)
    {
        byte[][] fields = [chance.Octets(24), chance.Octets(60), Wide(domain), Wide(user), Wide(host), chance.Octets(16)];
        NtProof(fields[1]);
        var token = new Octets().Text("NTLMSSP\0").L32(3);
        var offset = 88;
        foreach (var field in fields)
        {
            token.L16(field.Length).L16(field.Length).L32(offset);
            offset += field.Length;
        }

        token.L32(0xE288_8215).Hex("0A00 6345 0000000F").Raw(chance.Octets(16));
        foreach (var field in fields) token.Raw(field);
        return SetUp(token);
    }

    public byte[] LoggedOn() => Response(Command.SessionSetup, Answered(new Octets()));

    public byte[] Connect(string share) =>
        Request(Command.TreeConnect, new Octets().L16(9).L16(0).L16(HeaderSize + 8).L16(share.Length * 2).Wide(share));

    public byte[] Connected(bool pipes) => Response(Command.TreeConnect, new Octets().L16(16).U8(pipes ? 2 : 1, 0).L32(0).L32(0).L32(0x001F_01FF));

    public byte[] Create(string name, bool write) => Request(Command.Create, new Octets().L16(57).U8(0, 0).L32(2).L64(0).L64(0)
        .L32(write ? 0x0012_019F : 0x0012_0089).L32(0x80).L32(7).L32(write ? 5 : 1).L32(0x40).L16(HeaderSize + 56).L16(name.Length * 2)
        .L32(0).L32(0).Wide(name));

    public byte[] Created(int size) => Response(Command.Create, new Octets().L16(89).U8(0, 0).L32(1)
        .L64(Now).L64(Now).L64(Now).L64(Now).L64(size).L64(size).L32(0x80).L32(0).Raw(Handle).L32(0).L32(0));

    public byte[] Read(int count) =>
        Request(Command.Read, new Octets().L16(49).U8(0x50, 0).L32(count).L64(0).Raw(Handle).L32(0).L32(0).L32(0).L16(0).L16(0).U8(0));

    public byte[] Data(byte[] data) => Response(Command.Read, new Octets().L16(17).U8(HeaderSize + 16, 0).L32(data.Length).L32(0).L32(0).Raw(data));

    public byte[] Write(byte[] data) =>
        Request(Command.Write,
            new Octets().L16(49).L16(HeaderSize + 48).L32(data.Length).L64(0).Raw(Handle).L32(0).L32(0).L16(0).L16(0).L32(0).Raw(data));

    public byte[] Written(int count) => Response(Command.Write, new Octets().L16(17).L16(0).L32(count).L32(0).L16(0).L16(0));

    public byte[] CloseFile() => Request(Command.Close, new Octets().L16(24).L16(0).L32(0).Raw(Handle));

    public byte[] FileClosed() => Response(Command.Close, new Octets().L16(60).L16(0).L32(0).L64(0).L64(0).L64(0).L64(0).L64(0).L64(0).L32(0));

    private const long Now = 0x01DC_A9E0_0000_0000;             // FILETIME, spring 2026

    private static byte[] Handle { get; } = new Octets().L64(FileHandle).L64(FileHandle).ToArray();

    private static byte[] Wide(string text) => new Octets().Wide(text).ToArray();

    /// <summary>An NTLMv2 answer: after 16 octets of proof its version (1, 1), a time, a challenge and an empty list of names.</summary>
    private static void NtProof(byte[] answer)
    {
        new Octets().U8(1, 1).Zeros(6).L64(Now).ToArray().CopyTo(answer, 16);
        answer.AsSpan(40).Clear();
    }

    private byte[] SetUp(Octets token) =>
        Request(Command.SessionSetup, new Octets().L16(25).U8(0, 1).L32(1).L32(0).L16(HeaderSize + 24).L16(token.Count).L64(0).Raw(token.ToArray()));

    private static Octets Answered(Octets token) => new Octets().L16(9).L16(0).L16(HeaderSize + 8).L16(token.Count).Raw(token.ToArray());

    private byte[] Request(Command command, Octets body) => Framed(command, 0, 0, _message, body);

    private byte[] Response(Command command, Octets body, long status = 0) => Framed(command, status, 1, _message++, body);

    private static byte[] Framed(Command command, long status, int flags, long message, Octets body)
    {
        var session = command == Command.Negotiate ? 0 : Session;
        var tree = command > Command.TreeConnect || (command == Command.TreeConnect && flags == 1) ? Tree : 0;
        var smb = new Octets().Hex("FE 534D42").L16(HeaderSize).L16(1).L32(status).L16((int)command).L16(1).L32(flags).L32(0)
            .L64(message).L32(0xFEFF).L32(tree).L64(session).Zeros(16).Raw(body.ToArray());
        return new Octets().U32(smb.Count).Raw(smb.ToArray()).ToArray();
    }
}
