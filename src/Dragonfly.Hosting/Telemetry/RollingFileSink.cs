// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace Dragonfly.Hosting.Telemetry;

/// <summary>
/// Appends lines to <c>NAME.log</c>; when that would pass its size, it becomes <c>NAME.1.log</c>, that one <c>NAME.2.log</c>, and the oldest goes. Thread safe.
/// </summary>
internal sealed class RollingFileSink : ILineSink
{
    private readonly Lock _gate = new();
    private readonly string _folder;
    private readonly string _name;
    private readonly long _maxSize;
    private readonly int _maxFiles;
    private FileStream? _file;

    /// <summary>Opens the file.</summary>
    /// <param name="folder">Its folder, made when absent.</param>
    /// <param name="name">Its name without ending.</param>
    /// <param name="maxSize">The size in bytes at which a new file is begun.</param>
    /// <param name="maxFiles">Files kept, the current one included.</param>
    public RollingFileSink(string folder, string name, long maxSize, int maxFiles)
    {
        _folder = folder;
        _name = name;
        _maxSize = maxSize;
        _maxFiles = Math.Max(1, maxFiles);
        Directory.CreateDirectory(folder);
        _file = Open();
    }

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> line)
    {
        lock (_gate)
        {
            try
            {
                if (_file is not null && _file.Length > 0 && _file.Length + line.Length > _maxSize)
                {
                    Roll();
                }

                _file?.Write(line);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // The disk is full or the folder gone: lines are lost, the program goes on.
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

    private void Roll()
    {
        _file!.Dispose();
        _file = null;
        for (var i = _maxFiles - 1; i >= 1; i--)
        {
            var from = PathOf(i - 1);
            if (File.Exists(from))
            {
                File.Move(from, PathOf(i), overwrite: true);
            }
        }

        if (_maxFiles == 1)
        {
            File.Delete(PathOf(0));
        }

        _file = Open();
    }

    // No buffer: a line is there for its reader at once, and survives a kill.
    private FileStream Open() => new(PathOf(0), FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);

    private string PathOf(int age) =>
        Path.Combine(_folder, age == 0 ? $"{_name}.log" : string.Create(CultureInfo.InvariantCulture, $"{_name}.{age}.log"));
}
