// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using Dragonfly.Core.Digests;
using Microsoft.Win32.SafeHandles;

namespace Dragonfly.Storage.Metadata;

/// <summary>
/// The append-only file that holds everything the store knows beside the bytes. One record is one write at the end, so after a kill the file
/// has whole records and at most one torn one, which the checksum finds and opening cuts off. Appending never syncs: bytes and records are in the same
/// page cache, and the boot id tells after a power cut that neither can be trusted unchecked.
/// Thread safe; <c>_gate</c> is the innermost lock of the store (nothing is called out under it).
/// </summary>
internal sealed class Journal : IDisposable
{
    /// <summary>Bytes before each record: its length and its CRC-32.</summary>
    internal const int FrameSize = 8;

    /// <summary>Longest record that is believed; the largest real one holds a task's response headers (the HTTP stack caps them at 64 KiB).</summary>
    internal const int MaxRecordLength = 4 << 20;

    private readonly Lock _gate = new();
    private readonly string _path;
    private SafeFileHandle _file;
    private long _length;
    private List<byte[]>? _side;
    private bool _closed;

    private Journal(string path, SafeFileHandle file, long length)
    {
        _path = path;
        _file = file;
        _length = length;
    }

    /// <summary>First bytes of the file: name and version. A newer version is refused rather than misread.</summary>
    internal static ReadOnlySpan<byte> Header => "DFJRNL\0\u0001"u8;

    /// <summary>Bytes in the file now.</summary>
    internal long Length
    {
        get
        {
            lock (_gate)
            {
                return _length;
            }
        }
    }

    /// <summary>A journal of a store that nothing is to be left of: what is appended is forgotten.</summary>
    internal static Journal Nowhere() => new(string.Empty, new SafeFileHandle(), 0) { _closed = true };

    /// <summary>Opens the file for appending after its last whole record; makes it when it is new.</summary>
    internal static Journal Open(string path, long length)
    {
        var file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        try
        {
            if (length == 0)
            {
                RandomAccess.Write(file, Header, 0);
                length = Header.Length;
            }

            RandomAccess.SetLength(file, length);
            return new Journal(path, file, length);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Adds a record at the end.</summary>
    /// <param name="record">The record; its frame is filled in.</param>
    /// <exception cref="IOException">The disk is full or broken; nothing was added.</exception>
    internal void Append(RecordWriter record)
    {
        var bytes = Seal(record);
        lock (_gate)
        {
            if (_closed)
            {
                return;
            }

            WriteAtEnd(bytes);
            _side?.Add(bytes.ToArray());
        }
    }

    /// <summary>
    /// Writes the file anew with only what still counts. Records that are appended meanwhile go to both: replaying one twice changes nothing, since each
    /// says what is so, not what to add.
    /// </summary>
    /// <param name="writeState">Gives the records that describe the present state; called outside the lock.</param>
    internal void Compact(Func<IEnumerable<RecordWriter>> writeState)
    {
        lock (_gate)
        {
            if (_closed || _side is not null)
            {
                return;
            }

            _side = [];
        }

        var fresh = _path + ".new";
        try
        {
            var (file, length) = WriteFresh(fresh, writeState());
            SwapIn(fresh, file, length);
        }
        catch (IOException)
        {
            // No room to compact: the old file goes on.
            File.Delete(fresh);
        }
        finally
        {
            lock (_gate)
            {
                _side = null;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
            _file.Dispose();
        }
    }

    private static Span<byte> Seal(RecordWriter record)
    {
        var bytes = record.Framed;
        BinaryPrimitives.WriteInt32LittleEndian(bytes, bytes.Length - FrameSize);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[4..], Crc32.Compute(bytes[FrameSize..]));
        return bytes;
    }

    private static (SafeFileHandle File, long Length) WriteFresh(string path, IEnumerable<RecordWriter> records)
    {
        var file = File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        try
        {
            using var buffer = new MemoryStream();
            buffer.Write(Header);
            long length = 0;
            foreach (var record in records)
            {
                buffer.Write(Seal(record));
                if (buffer.Length >= 1 << 20)
                {
                    length += Flush(file, buffer, length);
                }
            }

            length += Flush(file, buffer, length);
            return (file, length);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static long Flush(SafeFileHandle file, MemoryStream buffer, long at)
    {
        var count = buffer.Length;
        RandomAccess.Write(file, buffer.GetBuffer().AsSpan(0, (int)count), at);
        buffer.SetLength(0);
        return count;
    }

    private void SwapIn(string fresh, SafeFileHandle file, long length)
    {
        // The old file is gone once the name is taken over, so the new one must be on the medium before.
        RandomAccess.FlushToDisk(file);
        lock (_gate)
        {
            if (_closed)
            {
                // The folder may be another process's by now.
                file.Dispose();
                File.Delete(fresh);
                return;
            }

            foreach (var bytes in _side!)
            {
                RandomAccess.Write(file, bytes, length);
                length += bytes.Length;
            }

            File.Move(fresh, _path, overwrite: true);
            _file.Dispose();
            _file = file;
            _length = length;
        }
    }

    private void WriteAtEnd(ReadOnlySpan<byte> bytes)
    {
        try
        {
            RandomAccess.Write(_file, bytes, _length);
            _length += bytes.Length;
        }
        catch (IOException)
        {
            // Half a record would hide everything that is appended after it.
            RandomAccess.SetLength(_file, _length);
            throw;
        }
    }
}
