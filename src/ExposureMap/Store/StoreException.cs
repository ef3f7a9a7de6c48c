namespace ExposureMap.Store;

/// <summary>A store that cannot be read or written: which file, what is wrong, what was kept.</summary>
internal sealed class StoreException(string message, Exception? cause = null) : Exception(message, cause);
