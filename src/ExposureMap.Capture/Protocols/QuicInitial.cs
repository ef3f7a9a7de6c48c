using System.Buffers.Binary;
using System.Security.Cryptography;

namespace ExposureMap.Capture.Protocols;

/// <summary>
/// The first packet of a QUIC client, which is encrypted with keys that everybody can make from the connection id in it: RFC 9001 section 5.2
/// for version 1, RFC 9369 section 3.3 for version 2. It carries the ClientHello.
/// </summary>
internal static class QuicInitial
{
    /// <summary>Longer datagrams do not pass an Ethernet, and are not opened.</summary>
    public const int MaximumDatagram = 1500;

    /// <summary>With the key shares of post-quantum exchanges a hello fills two packets.</summary>
    public const int MaximumHello = MostPackets * MaximumDatagram;

    /// <summary>RFC 9000 section 14.1: a client fills up the datagram of an Initial.</summary>
    public const int MinimumDatagram = 1200;

    private const uint VersionOne = 1, VersionTwo = 0x6B3343CF;  // RFC 9000 section 15, RFC 9369 section 3.1
    private const int MinimumTargetId = 8, MaximumTargetId = 20;                  // RFC 9000 sections 7.2 and 17.2
    // RFC 9001 section 5.3, AEAD_AES_128_GCM
    private const int SecretOctets = 32, KeyOctets = 16, NonceOctets = 12, TagOctets = 16;
    // RFC 9001 sections 5.4.1 and 5.4.2
    private const int SampleOffset = 4, SampleOctets = 16, NumberMask = 0x03, ProtectedBits = 0x0F;
    // RFC 9000 section 12.4: an Initial has no others
    private const int Padding = 0x00, Ping = 0x01, Ack = 0x02, AckWithCounts = 0x03, Crypto = 0x06;
    private const int MostPackets = 2, MostPieces = 64;

    private static ReadOnlySpan<byte> SaltOne =>
        [0x38, 0x76, 0x2C, 0xF7, 0xF5, 0x59, 0x34, 0xB3, 0x4D, 0x17, 0x9A, 0xE6, 0xA4, 0xC8, 0x0C, 0xAD, 0xCC, 0xBB, 0x7F, 0x0A];

    private static ReadOnlySpan<byte> SaltTwo =>
        [0x0D, 0xED, 0xE3, 0xDE, 0xF7, 0x00, 0xA6, 0xDB, 0x81, 0x93, 0x81, 0xBE, 0x6E, 0x26, 0x9D, 0xCB, 0xF9, 0xBD, 0x2E, 0xD9];

    /// <summary>Opens the Initial packets that a client begins with: one, or two in as many datagrams when the hello is long.</summary>
    /// <param name="hello">Takes the handshake message from its beginning, as far as these packets have it.</param>
    /// <returns>Octets of <paramref name="hello"/> without a gap, 0 when this is no client's first Initial.</returns>
    public static int Open(ReadOnlySpan<byte> datagrams, Span<byte> hello)
    {
        Span<byte> packet = stackalloc byte[MaximumDatagram], frames = stackalloc byte[MaximumDatagram];
        Span<(int From, int To)> pieces = stackalloc (int, int)[MostPieces];
        var secrets = new Secrets();
        var count = 0;
        for (var packets = 0; packets < MostPackets
            && TryReadHead(datagrams, out var isTwo, out var targetId, out var numberOffset, out var end); packets++)
        {
            if (packets == 0) Derive(targetId, isTwo, ref secrets);
            datagrams[..end].CopyTo(packet);
            var head = Unmask(packet, numberOffset, secrets.Mask);
            var content = frames[..(end - head - TagOctets)];
            if (!TryDecrypt(packet[..end], head, numberOffset, secrets, content)) break;
            TakePieces(content, hello, pieces, ref count);
            datagrams = datagrams[end..];
        }

        return WithoutGap(pieces[..count]);
    }

    /// <summary>
    /// RFC 9000 section 17.2.2: type, version, both connection ids, token, length, packet number. The type of version 2 is another (RFC 9369 section
    /// 3.2).
    /// </summary>
    private static bool TryReadHead(ReadOnlySpan<byte> datagram, out bool isTwo, out ReadOnlySpan<byte> targetId, out int numberOffset, out int end)
    {
        const byte FormAndType = 0xF0, InitialOne = 0xC0, InitialTwo = 0xD0;
        var reader = new Cursor(datagram);
        var form = reader.U8();
        var version = reader.U32();
        isTwo = version == VersionTwo;
        targetId = reader.Take(reader.U8());
        reader.Skip(reader.U8());
        reader.Skip(Number(ref reader));
        var length = Number(ref reader);
        numberOffset = datagram.Length - reader.Left;
        end = numberOffset + (int)Math.Min(length, MaximumDatagram);
        return reader.Ok && (form & FormAndType) == (isTwo ? InitialTwo : InitialOne) && (isTwo || version == VersionOne)
            && targetId.Length is >= MinimumTargetId and <= MaximumTargetId && length >= SampleOffset + SampleOctets
            && end <= Math.Min(datagram.Length, MaximumDatagram);
    }

    /// <summary>A variable-length integer, RFC 9000 section 16.</summary>
    private static long Number(ref Cursor reader)
    {
        var first = reader.U8();
        long value = first & 0x3F;
        for (var more = (1 << (first >> 6)) - 1; more > 0; more--) value = value << 8 | reader.U8();
        return value;
    }

    private struct Secrets
    {
        public Octets Key, Nonce, Mask;
    }

    [System.Runtime.CompilerServices.InlineArray(KeyOctets)]
    private struct Octets
    {
        private byte _first;
    }

    /// <summary>RFC 9001 sections 5.1 and 5.2 with the labels of RFC 8446 section 7.1: "tls13 " stands before each.</summary>
    private static void Derive(ReadOnlySpan<byte> targetId, bool isTwo, ref Secrets secrets)
    {
        Span<byte> initial = stackalloc byte[SecretOctets], client = stackalloc byte[SecretOctets];
        HKDF.Extract(HashAlgorithmName.SHA256, targetId, isTwo ? SaltTwo : SaltOne, initial);
        Expand(initial, "tls13 client in"u8, client);
        Expand(client, isTwo ? "tls13 quicv2 key"u8 : "tls13 quic key"u8, secrets.Key);
        Expand(client, isTwo ? "tls13 quicv2 iv"u8 : "tls13 quic iv"u8, ((Span<byte>)secrets.Nonce)[..NonceOctets]);
        Expand(client, isTwo ? "tls13 quicv2 hp"u8 : "tls13 quic hp"u8, secrets.Mask);
    }

    /// <summary>HKDF-Expand-Label: length of the output (2), label and context with a length of one octet each; the context is empty.</summary>
    private static void Expand(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> label, Span<byte> output)
    {
        Span<byte> info = stackalloc byte[2 + 1 + 32 + 1];
        BinaryPrimitives.WriteUInt16BigEndian(info, (ushort)output.Length);
        info[2] = (byte)label.Length;
        label.CopyTo(info[3..]);
        info[3 + label.Length] = 0;
        HKDF.Expand(HashAlgorithmName.SHA256, secret, output, info[..(4 + label.Length)]);
    }

    /// <summary>Takes header protection off (RFC 9001 section 5.4.1) and gives the octets of the header with its packet number.</summary>
    private static int Unmask(Span<byte> packet, int numberOffset, ReadOnlySpan<byte> key)
    {
        Span<byte> mask = stackalloc byte[SampleOctets];
        using var aes = Aes.Create();
        aes.SetKey(key);
        aes.EncryptEcb(packet.Slice(numberOffset + SampleOffset, SampleOctets), mask, PaddingMode.None);
        packet[0] ^= (byte)(mask[0] & ProtectedBits);
        var octets = (packet[0] & NumberMask) + 1;
        for (var index = 0; index < octets; index++) packet[numberOffset + index] ^= mask[1 + index];
        return numberOffset + octets;
    }

    private static bool TryDecrypt(ReadOnlySpan<byte> packet, int head, int numberOffset, Secrets secrets, Span<byte> frames)
    {
        var nonce = ((Span<byte>)secrets.Nonce)[..NonceOctets];
        for (var index = 1; index <= head - numberOffset; index++) nonce[^index] ^= packet[head - index];
        using var aes = new AesGcm(secrets.Key, TagOctets);
        try
        {
            aes.Decrypt(nonce, packet[head..^TagOctets], packet[^TagOctets..], frames, packet[..head]);
            return true;
        }
        catch (AuthenticationTagMismatchException)               // damaged, or not the first packet: the framework has no other way to say it
        {
            return false;
        }
    }

    /// <summary>Puts the pieces of the handshake where they belong (RFC 9000 section 19.6), in whatever order they come.</summary>
    private static void TakePieces(ReadOnlySpan<byte> frames, Span<byte> hello, Span<(int From, int To)> pieces, ref int count)
    {
        for (var reader = new Cursor(frames); reader.Left > 0 && count < pieces.Length;)
        {
            switch (reader.U8())
            {
                case Padding or Ping: continue;
                case Ack: SkipAck(ref reader, counts: 0); continue;
                case AckWithCounts: SkipAck(ref reader, counts: 3); continue;
                case Crypto when TakePiece(ref reader, hello, out pieces[count]): count++; continue;
            }

            return;
        }
    }

    private static int WithoutGap(Span<(int From, int To)> pieces)
    {
        var whole = 0;
        pieces.Sort();
        foreach (var (from, to) in pieces) if (from <= whole) whole = Math.Max(whole, to);
        return whole;
    }

    private static bool TakePiece(ref Cursor reader, Span<byte> hello, out (int From, int To) piece)
    {
        var from = (int)Math.Min(Number(ref reader), hello.Length);
        var octets = reader.Take(Number(ref reader));
        octets = octets[..Math.Min(octets.Length, hello.Length - from)];                 // the rest is in another packet, as this piece may be
        octets.CopyTo(hello[from..]);
        piece = (from, from + octets.Length);
        return reader.Ok;
    }

    /// <summary>
    /// RFC 9000 section 19.3: largest, delay, number of ranges, first range, then a gap and a length each; of the other kind three counts.
    /// </summary>
    private static void SkipAck(ref Cursor reader, int counts)
    {
        Number(ref reader);
        Number(ref reader);
        var numbers = 1 + 2 * Math.Min(Number(ref reader), MaximumDatagram) + counts;
        for (; numbers > 0 && reader.Ok; numbers--) Number(ref reader);
    }
}
