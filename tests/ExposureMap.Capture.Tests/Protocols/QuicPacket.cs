using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace ExposureMap.Capture.Tests.Protocols;

/// <summary>Seals a client's Initial packet as RFC 9001 appendix A and RFC 9369 appendix A do: the other way round than the program.</summary>
internal static class QuicPacket
{
    private static readonly byte[] TargetId = Exchange.Octets("8394C8F03E515708");

    /// <summary>RFC 9001, A.2: a CRYPTO frame with a ClientHello for example.com.</summary>
    public const string HelloFrame =
        "060040F1 010000ED 0303 EBF8FA56F12939B9584A3896472EC40BB863CFD3E86804FE3A47F06A2B69484C 00 0004 1301 1302 01 00 00C0"
        + "0000 0010 000E 00 000B 6578616D706C652E636F6D FF01 0001 00 000A 0008 0006 001D 0017 0018 0010 0007 0005 04 616C706E 0005 0005 01 0000 0000"
        + "0033 0026 0024 001D 0020 9370B2C9CAA47FBABAF4559FEDBA753DE171FA71F50F1CE15D43E994EC74D748 002B 0003 02 0304 000D 0010 000E 0403 0503 0603 0203 0804 0805 0806"
        + "002D 0002 01 01 001C 0002 4001 0039 0032 0408FFFFFFFFFFFFFFFF 05048000FFFF 07048000FFFF 080110 010480007530 090110 0F088394C8F03E515708 06048000FFFF";

    public static byte[] Seal(uint version, string frames)
    {
        var isTwo = version != 1;
        var salt = Exchange.Octets(isTwo ? "0DEDE3DEF700A6DB819381BE6E269DCBF9BD2ED9" : "38762CF7F55934B34D179AE6A4C80CADCCBB7F0A");
        var secret = Expand(HKDF.Extract(HashAlgorithmName.SHA256, TargetId, salt), "client in", 32);
        var label = isTwo ? "quicv2 " : "quic ";
        // the length is 1182, as A.2 has it
        var head = Exchange.Octets($"{(isTwo ? "D3" : "C3")} {version:X8} 08 8394C8F03E515708 00 00 449E 00000002");
        var plain = new byte[1162];
        Exchange.Octets(frames).CopyTo(plain, 0);
        var nonce = Expand(secret, label + "iv", 12);
        BinaryPrimitives.WriteUInt32BigEndian(nonce.AsSpan(8), BinaryPrimitives.ReadUInt32BigEndian(nonce.AsSpan(8)) ^ 2);
        var packet = new byte[head.Length + plain.Length + 16];
        head.CopyTo(packet, 0);
        using var gcm = new AesGcm(Expand(secret, label + "key", 16), 16);
        gcm.Encrypt(nonce, plain, packet.AsSpan(head.Length, plain.Length), packet.AsSpan(head.Length + plain.Length), head);
        using var aes = Aes.Create();
        aes.Key = Expand(secret, label + "hp", 16);
        // four octets behind where the number begins, which has four
        var mask = aes.EncryptEcb(packet.AsSpan(head.Length, 16), PaddingMode.None);
        packet[0] ^= (byte)(mask[0] & 0x0F);
        for (var index = 0; index < 4; index++) packet[head.Length - 4 + index] ^= mask[1 + index];
        return packet;
    }

    private static byte[] Expand(byte[] secret, string label, int octets) =>
        HKDF.Expand(HashAlgorithmName.SHA256, secret, octets,
            [0, (byte)octets, (byte)(6 + label.Length), .. Encoding.ASCII.GetBytes("tls13 " + label), 0]);
}
