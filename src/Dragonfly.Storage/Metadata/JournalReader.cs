// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using Dragonfly.Core.Digests;
using Microsoft.Win32.SafeHandles;

namespace Dragonfly.Storage.Metadata;

/// <summary>Reads a journal from its start to the first record that is torn or wrong. Used once, by one thread, at opening.</summary>
internal sealed class JournalReader : IDisposable
{
    // Large enough that a journal of 100,000 tasks takes a few dozen reads.
    private const int ChunkSize = 1 << 20;

    private readonly SafeFileHandle _file;
    private byte[] _buffer = new byte[ChunkSize];
    private int _start;
    private int _end;
    private long _readTo;

    private JournalReader(SafeFileHandle file) => _file = file;

    /// <summary>Where the last whole record ends: appending goes on here.</summary>
    internal long ValidLength { get; private set; }

    /// <summary>Bytes in the file when it was opened.</summary>
    internal long FileLength { get; private set; }

    /// <summary>Opens a journal.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The reader; null when there is no file.</returns>
    /// <exception cref="InvalidDataException">The file is no journal, or of a newer version.</exception>
    internal static JournalReader? Open(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        var reader = new JournalReader(File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        try
        {
            reader.ReadHeader(path);
            return reader;
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    /// <summary>Reads the next record.</summary>
    /// <param name="record">Type and fields; valid until the next call.</param>
    /// <returns>False at the end.</returns>
    internal bool TryRead(out ReadOnlySpan<byte> record)
    {
        record = default;
        if (!Ensure(Journal.FrameSize))
        {
            return false;
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(_buffer.AsSpan(_start));
        var crc = BinaryPrimitives.ReadUInt32LittleEndian(_buffer.AsSpan(_start + 4));
        if (length is < 5 or > Journal.MaxRecordLength || !Ensure(Journal.FrameSize + length))
        {
            return false;
        }

        var bytes = _buffer.AsSpan(_start + Journal.FrameSize, length);
        if (Crc32.Compute(bytes) != crc)
        {
            return false;
        }

        _start += Journal.FrameSize + length;
        ValidLength += Journal.FrameSize + length;
        record = bytes;
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private void ReadHeader(string path)
    {
        FileLength = RandomAccess.GetLength(_file);
        var header = Journal.Header;
        if (!Ensure(header.Length))
        {
            // Killed while the very first write was under way: nothing was stored yet.
            return;
        }

        var found = _buffer.AsSpan(0, header.Length);
        if (!found[..^1].SequenceEqual(header[..^1]))
        {
            throw new InvalidDataException($"{path} is not a journal of this program.");
        }

        if (found[^1] > header[^1])
        {
            throw new InvalidDataException($"{path} was written by a newer version (format {found[^1]}, known {header[^1]}).");
        }

        _start = header.Length;
        ValidLength = header.Length;
    }

    private bool Ensure(int count)
    {
        while (_end - _start < count)
        {
            if (_start > 0)
            {
                _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
                _end -= _start;
                _start = 0;
            }

            if (_buffer.Length < count)
            {
                Array.Resize(ref _buffer, count);
            }

            var read = RandomAccess.Read(_file, _buffer.AsSpan(_end), _readTo);
            if (read == 0)
            {
                return false;
            }

            _end += read;
            _readTo += read;
        }

        return true;
    }
}
