using System.Runtime.InteropServices;

namespace ExposureMap.Graph.Map;

/// <summary>Blocks in order of time, and contacts that come to them late.</summary>
internal static class ContactBlocks
{
    /// <summary>
    /// By time. Mostly they are in order, or their starts alone tell it: comparing those is a third of the work of comparing contacts.
    /// </summary>
    public static void Sort(List<Contact> contacts)
    {
        var all = CollectionsMarshal.AsSpan(contacts);
        if (IsSorted(all)) return;
        var (starts, places, sorted) = (new long[all.Length], new int[all.Length], new Contact[all.Length]);
        for (var index = 0; index < all.Length; index++) (starts[index], places[index]) = (all[index].Start.Nanoseconds, index);
        starts.AsSpan().Sort(places.AsSpan());
        for (var index = 0; index < all.Length; index++) sorted[index] = all[places[index]];
        for (var (first, end) = (0, 1); end <= sorted.Length; end++)
        {
            if (end < sorted.Length && starts[end] == starts[first]) continue;
            if (end - first > 1) sorted.AsSpan(first..end).Sort();
            first = end;
        }

        sorted.CopyTo(all);
    }

    private static bool IsSorted(ReadOnlySpan<Contact> contacts)
    {
        for (var index = 1; index < contacts.Length; index++)
            if (contacts[index].Start <= contacts[index - 1].Start && contacts[index].CompareTo(contacts[index - 1]) < 0) return false;
        return true;
    }

    /// <summary>The same blocks, but those that contacts fall into: they are written again, as one or as several.</summary>
    /// <param name="contacts">In order.</param>
    public static List<ContactBlock> Merge(List<ContactBlock> blocks, List<Contact> contacts)
    {
        if (contacts.Count == 0) return blocks;
        var merged = new List<ContactBlock>(blocks.Count + 1 + contacts.Count / ContactBlock.Capacity);
        var all = CollectionsMarshal.AsSpan(contacts);
        var next = 0;
        for (var index = 0; index < blocks.Count - 1; index++)
        {
            var (block, first) = (blocks[index], next);
            while (next < all.Length && IsBefore(all[next], blocks[index + 1])) next++;
            if (first == next) merged.Add(block);
            else Pack(merged, Merged(block.ReadAll(), all[first..next]), isEven: true);
        }

        Append(merged, blocks.Count == 0 ? null : blocks[^1], all[next..]);
        return merged;
    }

    private static bool IsBefore(in Contact contact, ContactBlock block) =>
        contact.Start < block.First || contact.Start == block.First && contact.CompareTo(block.At(0)) < 0;

    /// <summary>At the end of the log blocks are filled one by one.</summary>
    private static void Append(List<ContactBlock> merged, ContactBlock? last, ReadOnlySpan<Contact> contacts)
    {
        var stays = last is not null
            && (contacts.IsEmpty || last.Count == ContactBlock.Capacity && contacts[0].CompareTo(last.At(last.Count - 1)) >= 0);
        if (stays) merged.Add(last!);
        Pack(merged, last is null || stays ? contacts : Merged(last.ReadAll(), contacts), isEven: false);
    }

    private static void Pack(List<ContactBlock> into, ReadOnlySpan<Contact> contacts, bool isEven)
    {
        var pieces = (contacts.Length + ContactBlock.Capacity - 1) / ContactBlock.Capacity;
        var size = isEven ? (contacts.Length + pieces - 1) / pieces : ContactBlock.Capacity;
        for (var at = 0; at < contacts.Length; at += size) into.Add(ContactBlock.Of(contacts[at..Math.Min(at + size, contacts.Length)]));
    }

    private static Contact[] Merged(ReadOnlySpan<Contact> settled, ReadOnlySpan<Contact> fresh)
    {
        var merged = new Contact[settled.Length + fresh.Length];
        var (left, right) = (0, 0);
        for (var index = 0; index < merged.Length; index++)
            merged[index] = right == fresh.Length || left < settled.Length && settled[left].CompareTo(fresh[right]) <= 0
                ? settled[left++]
                : fresh[right++];
        return merged;
    }
}
