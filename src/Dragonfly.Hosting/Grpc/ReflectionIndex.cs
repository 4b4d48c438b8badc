// SPDX-License-Identifier: Apache-2.0

using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Dragonfly.Hosting.Grpc;

/// <summary>The descriptors of everything a server serves, by file and by symbol.</summary>
internal sealed class ReflectionIndex(GrpcRuntime runtime)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, FileDescriptor> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FileDescriptor> _symbols = new(StringComparer.Ordinal);
    private int _indexed;

    /// <summary>Full names of the services in the order they were mapped.</summary>
    public IEnumerable<string> Services => runtime.Services.Select(service => service.Name);

    /// <summary>The file that has a name, with the files it imports; null when there is none.</summary>
    public IReadOnlyList<ByteString>? ByFile(string name) => Find(_files, name);

    /// <summary>The file that declares a service, method, message, field or enum, with its imports.</summary>
    public IReadOnlyList<ByteString>? BySymbol(string symbol) => Find(_symbols, symbol.TrimStart('.'));

    private List<ByteString>? Find(Dictionary<string, FileDescriptor> index, string key)
    {
        lock (_gate)
        {
            for (; _indexed < runtime.Services.Count; _indexed++)
            {
                if (runtime.Services[_indexed].Descriptor() is { } service)
                {
                    Add(service.File);
                }
            }

            if (!index.TryGetValue(key, out var file))
            {
                return null;
            }

            var result = new List<ByteString>();
            Collect(file, [], result);
            return result;
        }
    }

    private static void Collect(FileDescriptor file, HashSet<string> seen, List<ByteString> into)
    {
        if (seen.Add(file.Name))
        {
            into.Add(file.SerializedData);
            foreach (var import in file.Dependencies)
            {
                Collect(import, seen, into);
            }
        }
    }

    private void Add(FileDescriptor file)
    {
        if (!_files.TryAdd(file.Name, file))
        {
            return;
        }

        foreach (var service in file.Services)
        {
            _symbols.TryAdd(service.FullName, file);
            foreach (var method in service.Methods)
            {
                _symbols.TryAdd(method.FullName, file);
            }
        }

        foreach (var message in file.MessageTypes)
        {
            Add(message, file);
        }

        foreach (var type in file.EnumTypes)
        {
            _symbols.TryAdd(type.FullName, file);
        }

        foreach (var import in file.Dependencies)
        {
            Add(import);
        }
    }

    private void Add(MessageDescriptor message, FileDescriptor file)
    {
        _symbols.TryAdd(message.FullName, file);
        foreach (var field in message.Fields.InDeclarationOrder())
        {
            _symbols.TryAdd(field.FullName, file);
        }

        foreach (var type in message.EnumTypes)
        {
            _symbols.TryAdd(type.FullName, file);
        }

        foreach (var nested in message.NestedTypes)
        {
            Add(nested, file);
        }
    }
}
