using System.Buffers.Binary;
using ExposureMap.Capture.Identity;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>NTLM messages inside SMB, HTTP, LDAP and DCE/RPC, MS-NLMP section 2.2.1: they name the computers.</summary>
internal static class Ntlm
{
    private const int Type = 8;
    private const int ChallengeFlags = 20, TargetValues = 40, Version = 48;                  // section 2.2.1.2
    private const int DomainField = 28, UserField = 36, WorkstationField = 44, AuthenticateHead = 64;   // section 2.2.1.3
    private const uint NegotiateVersion = 0x0200_0000, NegotiateUnicode = 1;
    private const int ComputerName = 1, DnsComputerName = 3;     // section 2.2.2.1
    private const int AuthenticateFlags = 60;

    private static ReadOnlySpan<byte> Signature => "NTLMSSP\0"u8;

    /// <summary>Looks for an NTLM message anywhere in these octets, and reads it.</summary>
    public static void Find(ReadOnlySpan<byte> octets, Notes notes)
    {
        var begin = octets.IndexOf(Signature);
        if (begin < 0) return;
        notes.Carries("ntlm");
        var message = octets[begin..];
        if (message.Length <= Type) return;
        switch (message[Type])
        {
            case 2 when message.Length >= Version:
                ReadChallenge(message, notes);
                break;
            case 3 when message.Length >= AuthenticateHead:
                ReadAuthenticate(message, notes);
                break;
        }
    }

    private static void ReadChallenge(ReadOnlySpan<byte> message, Notes notes)
    {
        var values = new Cursor(Field(message, TargetValues));
        while (values.Left >= 4)
        {
            var id = values.U16Le();
            var value = values.Take(values.U16Le());
            if (id == 0 || value.Length == 0) break;
            if (id is not (ComputerName or DnsComputerName)) continue;
            NoteComputer(value, isDns: id == DnsComputerName, notes);
        }

        if ((BinaryPrimitives.ReadUInt32LittleEndian(message[ChallengeFlags..]) & NegotiateVersion) == 0 || message.Length < Version + 4) return;
        var system = new ValueText(stackalloc byte[ValueText.Capacity]);
        system.Append("Windows "u8);
        system.Append((long)message[Version]);
        system.Append((byte)'.');
        system.Append((long)message[Version + 1]);
        system.Append(" build "u8);
        system.Append((long)BinaryPrimitives.ReadUInt16LittleEndian(message[(Version + 2)..]));
        notes.SenderFact(FactKind.Firmware, system.Value);
    }

    private static void NoteComputer(ReadOnlySpan<byte> value, bool isDns, Notes notes)
    {
        var name = new ValueText(stackalloc byte[ValueText.Capacity]);
        name.AppendUtf16(value);
        notes.SenderFact(FactKind.Name, name.Value);
        if (!isDns) return;
        var key = new ValueText(stackalloc byte[ValueText.Capacity]);
        key.Append("ntlm computer "u8);
        key.Append(name.Value);
        notes.SenderFact(FactKind.Fingerprint, key.Value);
    }

    private static void ReadAuthenticate(ReadOnlySpan<byte> message, Notes notes)
    {
        var isUnicode = (BinaryPrimitives.ReadUInt32LittleEndian(message[AuthenticateFlags..]) & NegotiateUnicode) != 0;
        var workstation = new ValueText(stackalloc byte[ValueText.Capacity]);
        Append(ref workstation, Field(message, WorkstationField), isUnicode);
        if (!workstation.IsEmpty) notes.SenderFact(FactKind.Name, workstation.Value);
        if (!notes.Keeps(Effect.Admin))
        {
            notes.Effect(Effect.Admin);
            return;
        }

        var user = new ValueText(stackalloc byte[ValueText.Capacity]);
        Append(ref user, Field(message, DomainField), isUnicode);
        user.Append((byte)'\\');
        Append(ref user, Field(message, UserField), isUnicode);
        var shown = WireText.Clean(user.Value);
        if (shown.Length > 1) notes.Operation(Effect.Admin, $"NTLM logon as {shown}");
    }

    private static void Append(ref ValueText text, ReadOnlySpan<byte> value, bool isUnicode)
    {
        if (isUnicode) text.AppendUtf16(value);
        else text.Append(value);
    }

    /// <summary>Section 2.2.1: length, maximum length, offset from the message's beginning.</summary>
    private static ReadOnlySpan<byte> Field(ReadOnlySpan<byte> message, int at)
    {
        var length = BinaryPrimitives.ReadUInt16LittleEndian(message[at..]);
        var offset = BinaryPrimitives.ReadUInt32LittleEndian(message[(at + 4)..]);
        return offset + length <= message.Length ? message.Slice((int)offset, length) : default;
    }
}
