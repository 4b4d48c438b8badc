// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Storage.Content;

/// <summary>A shared, counted opening of a task's content file. Disposing gives this share back. Thread safe.</summary>
public sealed class ContentHandle : IDisposable
{
    private readonly ContentOpening _opening;
    private int _disposed;

    internal ContentHandle(ContentOpening opening) => _opening = opening;

    /// <summary>The file, opened asynchronous and unbuffered: fit for <c>SendPacketsElement</c> (sendfile) and, by its SafeFileHandle, for RandomAccess reads.</summary>
    public FileStream Stream => _opening.Stream;

    /// <summary>Gives this share back; the last one closes the file.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _opening.Release();
        }
    }
}
