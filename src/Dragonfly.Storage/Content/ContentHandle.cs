// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Storage.Content;

/// <summary>A shared, counted opening of a task's content file. Disposing gives this share back. Thread safe.</summary>
public sealed class ContentHandle : IDisposable
{
    internal ContentHandle()
    {
    }

    /// <summary>The file, opened asynchronous and unbuffered: fit for <c>SendPacketsElement</c> (sendfile) and, by its SafeFileHandle, for RandomAccess reads.</summary>
    public FileStream Stream => throw new NotImplementedException();

    /// <summary>Gives this share back; the last one closes the file after a while.</summary>
    public void Dispose() => throw new NotImplementedException();
}
