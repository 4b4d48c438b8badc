// SPDX-License-Identifier: Apache-2.0
namespace Dragonfly.Backends.Files;

/// <summary>Which files of this machine may be downloaded by <c>file://</c> URLs.</summary>
public sealed class FileBackendOptions
{
    /// <summary>
    /// Folders whose files may be read, with all that is below them. Default none: a daemon usually runs as root, and whoever can ask it for a download could
    /// read everything otherwise.
    /// </summary>
    public IList<string> Folders { get; set; } = [];
}
