// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Dragonfly.Hosting.Telemetry;

/// <summary>
/// Appends lines to a file that is set aside when the next line would take it past its size. A line is never lost to that: when the file cannot be
/// set aside, it goes on growing. Thread safe.
/// </summary>
internal sealed partial class RollingFileSink : ILineSink
{
    /// <summary>
    /// Files that became too old are looked for when one is set aside, as in the original, and with the first line of each hour: a program that writes little
    /// may not set a file aside for weeks.
    /// </summary>
    private static readonly TimeSpan LookInterval = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private readonly IOldLogFiles _files;
    private readonly long _maxSize;
    private readonly TimeProvider _time;
    private FileStream? _file;
    private long _size;
    private long _lookedAt;

    /// <summary>Opens the file.</summary>
    /// <param name="files">Its name, and what becomes of former files. The folder is made when absent.</param>
    /// <param name="maxSize">The size in bytes that a file does not pass, unless one line does.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="IOException">The folder or the file cannot be written.</exception>
    public RollingFileSink(IOldLogFiles files, long maxSize, TimeProvider time)
    {
        _files = files;
        _maxSize = maxSize;
        _time = time;
        Directory.CreateDirectory(Path.GetDirectoryName(files.Current)!);
        Open();
        RemoveOld();
    }

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> line)
    {
        lock (_gate)
        {
            if (_file is null)
            {
                return;
            }

            if (_size > 0 && _size + line.Length > _maxSize)
            {
                Roll();
                RemoveOld();
            }
            else if (_time.GetElapsedTime(_lookedAt) >= LookInterval)
            {
                RemoveOld();
            }

            try
            {
                _file.Write(line);
                _size += line.Length;
            }
            catch (IOException)
            {
                // The disk is full: lines are lost, the program goes on.
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _file?.Dispose();
            _file = null;
        }
    }

    /// <summary>Begins a new file; whatever fails on the way, there is one to write to afterwards.</summary>
    private void Roll()
    {
        var former = _file;
        try
        {
            _files.SetAside();
            Open();
            former!.Dispose();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Lines go on into the file that is open, wherever it is now; tried again after as many bytes.
            _file = former;
            _size = 0;
        }
    }

    private void RemoveOld()
    {
        _lookedAt = _time.GetTimestamp();
        try
        {
            _files.RemoveOld();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Kept longer than wanted; tried again with the next file, or in an hour.
        }
    }

    // No buffer: a line is there for its reader at once, and survives a kill.
    private void Open()
    {
        var file = new FileStream(_files.Current, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        if (OperatingSystem.IsLinux())
        {
            // .NET's append is a position of its own: a second process, or a tool that cuts the file, would have lines written over each other.
            var flags = FileControl(file.SafeFileHandle, GetFlags, 0);
            _ = flags < 0 ? flags : FileControl(file.SafeFileHandle, SetFlags, flags | AppendFlag);
        }

        _size = file.Length;
        _file = file;
    }

    // <fcntl.h>
    private const int GetFlags = 3;
    private const int SetFlags = 4;
    private const int AppendFlag = 0x400;

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int FileControl(SafeFileHandle file, int command, int value);
}
