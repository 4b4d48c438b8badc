// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Hosting.Telemetry;

/// <summary>The log files of a folder: how the current one is called, and which of the former ones are kept. Used under the lock of its sink.</summary>
internal interface IOldLogFiles
{
    /// <summary>The file that is written.</summary>
    string Current { get; }

    /// <summary>Gives the current file the name of a former one, so that a new one can begin. No former file that is to be kept is overwritten.</summary>
    /// <exception cref="IOException">It could not be renamed; it still has its name.</exception>
    void SetAside();

    /// <summary>Removes the former files that are not to be kept, the oldest first.</summary>
    /// <exception cref="IOException">One could not be removed, or the folder not be read.</exception>
    void RemoveOld();
}
