namespace ExposureMap.Commands;

/// <summary>Asked in a way that no input could answer, such as options that do not go together; the message says why. Exit code 2.</summary>
internal sealed class UsageException(string message) : Exception(message);
