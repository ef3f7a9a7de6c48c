using ExposureMap.Graph.Map;

namespace ExposureMap.Store;

/// <summary>Named states of a map, each a map of its own beside it: <c>exposuremap.db.NAME.baseline</c>.</summary>
internal sealed class Baselines(string map)
{
    private const string Suffix = ".baseline";

    public string Map => map;

    public string PathOf(string name) => $"{map}.{name}{Suffix}";

    public static bool IsName(string name) =>
        name.Length is > 0 and <= 64 && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.');

    /// <summary>Names and when each was set, by name.</summary>
    public IEnumerable<(string Name, DateTime Set)> All()
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(map))!;
        var prefix = Path.GetFileName(map) + ".";
        return Directory.EnumerateFiles(folder, prefix + "*" + Suffix)
            .Select(path => (Path.GetFileName(path)[prefix.Length..^Suffix.Length], File.GetLastWriteTimeUtc(path)))
            .OrderBy(one => one.Item1, StringComparer.Ordinal);
    }

    /// <summary>Written beside and moved into place: one that was there before is whole until then.</summary>
    /// <exception cref="StoreException">It cannot be written.</exception>
    public void Set(string name, MapRecord record)
    {
        var (path, draft) = (PathOf(name), PathOf(name) + ".draft");
        try
        {
            File.Delete(draft);
            using (var store = MapStore.Open(draft)) store.Save(record);
            File.Move(draft, path, overwrite: true);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"{path}: {failed.Message}", failed);
        }
    }
}
