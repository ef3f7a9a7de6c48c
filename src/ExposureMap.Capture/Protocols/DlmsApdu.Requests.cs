using System.Buffers.Binary;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>What a client asks for: each request is judged by the object it is aimed at (IEC 62056-5-3 section 8).</summary>
internal static partial class DlmsApdu
{
    private static void ReadGet(ReadOnlySpan<byte> apdu, Notes notes)
    {
        if (apdu.Length <= BodyOffset) return;
        var awaited = Awaited.Nothing;
        var effect = Effect.Read;
        if (apdu[ChoiceOffset] == 1 && CosemObject.TryRead(apdu[BodyOffset..], out var target))
        {
            effect = target.EffectOfGet();
            awaited = target.IsLogicalDeviceName
                ? Awaited.LogicalDeviceName
                : target.IsSerialNumber
                ? Awaited.Serial
                : target.IsFirmware
                ? Awaited.Firmware
                : Awaited.Nothing;
        }

        Ask(notes, awaited);
        notes.Effect(effect);
    }

    private static void ReadSet(ReadOnlySpan<byte> apdu, ushort sender, Notes notes)
    {
        if (apdu.Length <= BodyOffset) return;
        Ask(notes, Awaited.Outcome);
        var choice = apdu[ChoiceOffset];
        var listed = choice is 4 or 5 ? Math.Min(apdu[BodyOffset], (byte)MostListed) : 1;      // SET with list, SET with list and first data block
        var rest = choice is 4 or 5 ? apdu[(BodyOffset + 1)..] : apdu[BodyOffset..];
        var named = 0;
        while (choice != 3 && named < listed && CosemObject.TryRead(rest, out var target))
        {
            NoteSet(notes, target, sender);
            named++;
            if (listed > 1 && (rest.Length <= CosemObject.Octets || rest[CosemObject.Octets] != 0)) break;
            rest = rest[Math.Min(rest.Length, CosemObject.Octets + 1)..];                       // selector 0: no access selection
        }

        if (named == 0) notes.Effect(Effect.Write);
    }

    private static void ReadAction(ReadOnlySpan<byte> apdu, ushort sender, Notes notes)
    {
        if (apdu.Length <= BodyOffset) return;
        var choice = apdu[ChoiceOffset];
        if (choice == 2) return;                                                                 // asks for the next block of an answer
        Ask(notes, Awaited.Outcome);
        var listed = choice is 3 or 5 ? Math.Min(apdu[BodyOffset], (byte)MostListed) : 1;
        var rest = choice is 3 or 5 ? apdu[(BodyOffset + 1)..] : apdu[BodyOffset..];
        var named = 0;
        while (choice != 6 && named < listed && CosemObject.TryRead(rest, out var target))
        {
            NoteAction(notes, target, sender);
            named++;
            rest = rest[CosemObject.Octets..];
        }

        if (named == 0) notes.Effect(Effect.Write);
    }

    /// <summary>
    /// Long invoke-id (4), date-time, list of get 1, set 2, action 3, each with its descriptor (IEC 62056-5-3 section 8, Access-Request).
    /// </summary>
    private static void ReadAccess(ReadOnlySpan<byte> apdu, ushort sender, Notes notes)
    {
        const int TimeOffset = 5;
        if (apdu.Length <= TimeOffset) return;
        Ask(notes, Awaited.Outcome);
        var rest = apdu[Math.Min(apdu.Length, TimeOffset + 1 + apdu[TimeOffset])..];
        var listed = rest.IsEmpty ? 0 : Math.Min(rest[0], (byte)MostListed);
        if (listed > 0) rest = rest[1..];
        for (; listed > 0 && rest.Length > CosemObject.Octets && CosemObject.TryRead(rest[1..], out var target); listed--)
        {
            if (rest[0] == 1) notes.Effect(target.EffectOfGet());
            else if (rest[0] == 2) NoteSet(notes, target, sender);
            else if (rest[0] == 3) NoteAction(notes, target, sender);
            else break;                                                                          // with selection: its length is not told
            rest = rest[(1 + CosemObject.Octets)..];
        }
    }

    /// <summary>Short name referencing names no class: what is written is known to the meter only.</summary>
    private static void ReadShortNameWrite(ReadOnlySpan<byte> apdu, ushort sender, Notes notes)
    {
        const int FirstKindOffset = 2, FirstNameOffset = 3;
        Ask(notes, apdu[0] == WriteRequest ? Awaited.Outcome : Awaited.Nothing);
        if (apdu.Length >= FirstNameOffset + 2 && apdu[FirstKindOffset] == 2)
        {
            var name = BinaryPrimitives.ReadUInt16BigEndian(apdu[FirstNameOffset..]);
            notes.Operation(Effect.Write, $"writes short name {name} as client {sender}");
        }
        else notes.Effect(Effect.Write);
    }

    private static void NoteSet(Notes notes, CosemObject target, ushort sender) =>
        notes.Operation(target.EffectOfSet(), $"{target.SetText} of {target} (class {target.Class} attribute {target.Member}) as client {sender}");

    private static void NoteAction(Notes notes, CosemObject target, ushort sender) =>
        notes.Operation(target.EffectOfAction(), $"{target.ActionText} of {target} (class {target.Class} method {target.Member}) as client {sender}");
}
