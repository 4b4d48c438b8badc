// SPDX-License-Identifier: Apache-2.0
using Dragonfly.Core.Failures;
using Microsoft.Win32.SafeHandles;

namespace Dragonfly.Storage.Content;

/// <summary>
/// The openings of one task's content file. Readers share one <see cref="FileStream"/>, writers one handle; each closes with its last user, so that idle
/// tasks cost no descriptors. Thread safe; <c>_gate</c> is a leaf lock.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="isNamed">It lies in a folder of its own kind, can be unlinked and made anew; else it is memory and stands as long as its owner wants.</param>
internal sealed class ContentFile(string path, bool isNamed = true)
{
    private const FileShare Everything = FileShare.ReadWrite | FileShare.Delete;
    private readonly Lock _gate = new();
    private ContentOpening? _reader;
    private SafeFileHandle? _writer;
    private int _writers;

    /// <summary>Where it is.</summary>
    internal string Path { get; } = path;

    /// <summary>Somebody reads or writes now.</summary>
    internal bool IsBusy
    {
        get
        {
            lock (_gate)
            {
                return _writers > 0 || _reader is { IsOpen: true };
            }
        }
    }

    /// <summary>Opens for reading, or joins those who read.</summary>
    /// <returns>A share, or NotFound when the file is gone.</returns>
    internal Result<ContentHandle> Open()
    {
        lock (_gate)
        {
            if (_reader is not null && _reader.TryShare())
            {
                return new ContentHandle(_reader);
            }

            try
            {
                _reader = new ContentOpening(new FileStream(Path, new FileStreamOptions
                {
                    Mode = FileMode.Open,
                    Access = FileAccess.Read,
                    Share = Everything,
                    BufferSize = 0,
                    Options = FileOptions.Asynchronous,
                }));
                return new ContentHandle(_reader);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return StorageFailures.From(e, $"The stored content {Path} cannot be opened");
            }
        }
    }

    /// <summary>Opens for writing, or joins those who write. Give back with <see cref="CloseWriter"/>.</summary>
    /// <param name="length">Length to set (a sparse file, so that pieces can be written in any order); null while nobody knows.</param>
    /// <param name="fresh">Throw away what an earlier generation left at this path.</param>
    /// <returns>The handle.</returns>
    /// <exception cref="IOException">No space, or the disk is broken.</exception>
    internal SafeFileHandle OpenWriter(long? length, bool fresh)
    {
        lock (_gate)
        {
            if (_writer is null)
            {
                if (isNamed)
                {
                    Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
                }

                if (fresh && isNamed)
                {
                    // Unlink instead of truncating: whoever reads the old generation goes on reading it.
                    File.Delete(Path);
                    _reader = null;
                }

                _writer = OpenAt(length);
            }

            _writers++;
            return _writer;
        }
    }

    private SafeFileHandle OpenAt(long? length)
    {
        var file = File.OpenHandle(Path, FileMode.OpenOrCreate, FileAccess.ReadWrite, Everything);
        try
        {
            if (length is { } known && RandomAccess.GetLength(file) != known)
            {
                RandomAccess.SetLength(file, known);
            }

            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Sets the length through the writer's handle, when one is open.</summary>
    internal void SetLength(long length)
    {
        lock (_gate)
        {
            if (_writer is not null)
            {
                RandomAccess.SetLength(_writer, length);
            }
        }
    }

    /// <summary>Gives a writer's share back.</summary>
    /// <returns>True when it was the last.</returns>
    internal bool CloseWriter()
    {
        lock (_gate)
        {
            if (--_writers > 0)
            {
                return false;
            }

            _writer?.Dispose();
            _writer = null;
            return true;
        }
    }

    /// <summary>The path now names another file: who opens from now on gets that one.</summary>
    internal void Forget()
    {
        lock (_gate)
        {
            _reader = null;
        }
    }
}
