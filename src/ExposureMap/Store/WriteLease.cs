namespace ExposureMap.Store;

/// <summary>
/// Says that a process writes to a store: each saves what changed since it loaded the map, so of two the one would write over the other. Held by a
/// file beside the store (<c>site.db-lock</c>), of which the system lets go however the process ends.
/// </summary>
internal static class WriteLease
{
    private const int WouldBlock = 11;                            // errno.h of Linux: another one has it

    /// <exception cref="StoreException">Somebody else writes, or the folder cannot be written to.</exception>
    public static IDisposable Take(string path)
    {
        try
        {
            return new FileStream($"{path}-lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1,
                FileOptions.DeleteOnClose);
        }
        catch (IOException taken) when (taken.HResult == WouldBlock)
        {
            throw new StoreException(
                $"{path}: another exposuremap is writing to this map. Only one may at a time: stop it, or keep this map in another file. Nothing was changed.", taken);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"{path}: cannot be written to: {refused.Message}", refused);
        }
    }
}
