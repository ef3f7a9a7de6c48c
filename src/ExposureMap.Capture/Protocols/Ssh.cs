using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>Secure shell, RFC 4253: the software (section 4.2) and, while the key exchange is in the clear, the host key (section 8).</summary>
internal sealed class Ssh : IProtocol
{
    private const int PacketHead = 6;                            // section 6: packet_length, padding_length, then the message number
    private const int MaximumPacket = 35_000;                    // section 6.1
    private const byte NewKeys = 21, DhInit = 30, DhReply = 31, GroupExchangeReply = 33;   // RFC 4250 section 4.1.2, RFC 4419 section 5
    private const ulong OriginatorEncrypts = 1, ResponderEncrypts = 2;

    public string Name => "ssh";

    public ReadOnlySpan<Transport> Transports => [Transport.Tcp];

    public ReadOnlySpan<ushort> Ports => [22];

    public int HeadOctets => 2048;

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (payload.Length == 0 || payload[0] != 'S') return Verdict.None;
        if (payload.StartsWith("SSH-2.0-"u8) || payload.StartsWith("SSH-1."u8)) return Verdict.Certain;
        return payload.Length < 8 && "SSH-2.0-"u8.StartsWith(payload) ? Verdict.NeedMore : Verdict.None;
    }

    public int Measure(ReadOnlySpan<byte> stream)
    {
        if (stream.StartsWith("SSH-"u8))
        {
            var end = stream.IndexOf((byte)'\n');
            return end < 0 ? stream.Length : end + 1;
        }

        // encrypted packets have no visible length
        return IsPacket(stream) ? 4 + (int)BinaryPrimitives.ReadUInt32BigEndian(stream) : stream.Length;
    }

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (message.StartsWith("SSH-"u8))
        {
            NoteSoftware(TextHead.FirstLine(message), notes);
            return;
        }

        var encrypts = notes.FromOriginator ? OriginatorEncrypts : ResponderEncrypts;
        if ((notes.Memory.First & encrypts) != 0 || !IsPacket(message))
        {
            notes.Effect(Effect.Opaque);
            return;
        }

        switch (message[PacketHead - 1])
        {
            case NewKeys:
                notes.Memory.First |= encrypts;
                break;
            case DhInit:
                notes.SenderIs(Party.Client);
                break;
            case DhReply or GroupExchangeReply:
                NoteHostKey(message[PacketHead..], notes);
                break;
        }
    }

    private static bool IsPacket(ReadOnlySpan<byte> stream)
    {
        if (stream.Length < PacketHead) return false;
        var length = BinaryPrimitives.ReadUInt32BigEndian(stream);
        return length is >= 5 and <= MaximumPacket && stream[4] >= 4 && stream[4] < length && stream[5] is >= 1 and < 50;
    }

    /// <summary>SSH-protoversion-softwareversion SP comments.</summary>
    private static void NoteSoftware(ReadOnlySpan<byte> line, Notes notes)
    {
        line = line["SSH-"u8.Length..];
        var dash = line.IndexOf((byte)'-');
        if (dash >= 0 && dash + 1 < line.Length) notes.SenderFact(FactKind.Model, line[(dash + 1)..]);
    }

    /// <summary>Section 8: string K_S comes first; written as OpenSSH shows it. A group (RFC 4419) has the same number, but no key type.</summary>
    private static void NoteHostKey(ReadOnlySpan<byte> body, Notes notes)
    {
        var reader = new Cursor(body);
        var key = reader.Take(reader.U32());
        var inner = new Cursor(key);
        var type = inner.Take(inner.U32());
        if (!reader.Ok || !inner.Ok
            || !(type.StartsWith("ssh-"u8) || type.StartsWith("ecdsa-"u8) || type.StartsWith("rsa-"u8) || type.StartsWith("sk-"u8))
            || type.Length > 64)
            return;
        notes.SenderIs(Party.Server);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(key, hash);
        Span<byte> digits = stackalloc byte[44];
        Base64.EncodeToUtf8(hash, digits, out _, out var written);
        var text = new ValueText(stackalloc byte[ValueText.Capacity]);
        text.Append(type);
        text.Append(" SHA256:"u8);
        text.Append(digits[..written].TrimEnd((byte)'='));
        notes.SenderFact(FactKind.Fingerprint, text.Value);
    }
}
