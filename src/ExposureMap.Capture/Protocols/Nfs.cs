using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>
/// What a call of the network file system does: versions 2 and 3 by their procedure (RFC 1094 section 2.2, RFC 1813 section 3.3), version 4 by
/// the operations of its one compound procedure (RFC 7530 section 16, RFC 8881 section 18), as far as the arguments before them are known.
/// </summary>
internal static class Nfs
{
    private const int MostOperations = 16;
    private const uint Access = 3, Create = 6, GetAttributes = 9, GetHandle = 10, Link = 11, LookUp = 15, LookUpParent = 16, Open = 18,
        PutHandle = 22, PutPublicHandle = 23, PutRootHandle = 24,
        Remove = 28, Rename = 29, RestoreHandle = 31, SaveHandle = 32, SetAttributes = 34, Write = 38, Sequence = 53;
    private const int SequenceOctets = 16 + 4 * 4;                // RFC 8881 section 18.46: session and four numbers
    private const uint ShareWrite = 2;                            // RFC 7530 section 16.16: OPEN4_SHARE_ACCESS_WRITE

    /// <param name="arguments">What follows the procedure: credentials and verifier (RFC 5531 section 9), then its own arguments.</param>
    public static void Read(uint version, uint procedure, ReadOnlySpan<byte> arguments, Notes notes)
    {
        Effect? effect = (version, procedure) switch
        {
            (2 or 3 or 4, 0) => null,                             // does nothing, in every version
            (2, 2 or (>= 8 and <= 15)) or (3, 2 or (>= 7 and <= 15)) => Effect.Write,
            (2 or 3, _) => Effect.Read,
            (4, 1) => OfCompound(arguments),
            _ => null,
        };
        if (effect is { } known) notes.Effect(known);
    }

    private static Effect OfCompound(ReadOnlySpan<byte> arguments)
    {
        var reader = new Cursor(arguments);
        SkipOpaque(ref reader, before: 4);                        // flavor and body of the credentials
        SkipOpaque(ref reader, before: 4);
        SkipOpaque(ref reader, before: 0);                        // tag
        reader.Skip(4);                                           // minor version
        for (var left = Math.Min(reader.U32(), MostOperations); left > 0 && reader.Ok; left--)
        {
            var operation = reader.U32();
            if (operation is Create or Link or Remove or Rename or SetAttributes or Write) return Effect.Write;
            if (operation == Open) return IsOpenedToWrite(ref reader) ? Effect.Write : Effect.Read;
            if (!TrySkipArguments(operation, ref reader)) break;
        }

        return Effect.Read;
    }

    private static bool IsOpenedToWrite(ref Cursor reader)
    {
        reader.Skip(4);                                           // sequence number
        return (reader.U32() & ShareWrite) != 0;
    }

    private static bool TrySkipArguments(uint operation, ref Cursor reader)
    {
        switch (operation)
        {
            case PutPublicHandle or PutRootHandle or GetHandle or LookUpParent or RestoreHandle or SaveHandle: return true;
            case Access: reader.Skip(4); return true;
            case GetAttributes: reader.Skip(4L * reader.U32()); return true;
            case PutHandle or LookUp: SkipOpaque(ref reader, before: 0); return true;
            case Sequence: reader.Skip(SequenceOctets); return true;
            default: return false;
        }
    }

    /// <summary>RFC 4506 section 4.10: length, octets, filled up to a multiple of four.</summary>
    private static void SkipOpaque(ref Cursor reader, int before)
    {
        reader.Skip(before);
        reader.Skip(reader.U32() + 3L & ~3L);
    }
}
