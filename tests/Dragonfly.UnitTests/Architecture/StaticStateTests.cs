// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Collections;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Dragonfly.UnitTests.Architecture;

/// <summary>No static mutable state (CONVENTIONS §10): static fields are readonly and of immutable or pool types. All types are walked.</summary>
public sealed class StaticStateTests
{
    [Fact]
    public void Static_fields_are_readonly_and_immutable()
    {
        var wrong = Assemblies()
            .SelectMany(assembly => assembly.GetTypes())
            .Where(type => !IsGenerated(type))
            .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Where(field => !field.IsLiteral && !field.Name.StartsWith('<') | field.Name.EndsWith("k__BackingField", StringComparison.Ordinal))
            .Where(field => !field.IsInitOnly || !IsImmutable(field.FieldType))
            .Select(field => $"{field.DeclaringType!.FullName}.{field.Name}: {(field.IsInitOnly ? field.FieldType.Name : "not readonly")}");
        Assert.Empty(wrong.Order(StringComparer.Ordinal));
    }

    private static IEnumerable<Assembly> Assemblies() =>
        Directory.EnumerateFiles(AppContext.BaseDirectory, "Dragonfly.*.dll")
            .Select(path => Assembly.Load(Path.GetFileNameWithoutExtension(path)))
            .Where(assembly => assembly.GetName().Name is not ("Dragonfly.UnitTests" or "Dragonfly.Testing"));

    private static bool IsGenerated(Type type) =>
        type.IsDefined(typeof(CompilerGeneratedAttribute)) || type.FullName!.Contains('<', StringComparison.Ordinal)
        || type.Namespace?.StartsWith("Dragonfly", StringComparison.Ordinal) != true && type.Namespace?.StartsWith("Grpc", StringComparison.Ordinal) != true
        || typeof(Google.Protobuf.IMessage).IsAssignableFrom(type)
        || type.Name.EndsWith("Reflection", StringComparison.Ordinal)
        || type.Namespace?.StartsWith("Dragonfly.Protocol", StringComparison.Ordinal) == true && type.GetNestedTypes().Any(nested => nested.Name.EndsWith("Base", StringComparison.Ordinal));

    /// <summary>Values, texts, frozen and immutable collections, arrays (by convention never written), comparers, pools, and records of such.</summary>
    private static bool IsImmutable(Type type) =>
        type.IsValueType || type == typeof(string) || type.IsArray && IsImmutable(type.GetElementType()!)
        || typeof(Delegate).IsAssignableFrom(type)
        || type.Namespace is "System.Collections.Frozen" or "System.Collections.Immutable" or "System.Text.RegularExpressions"
            or "System.Diagnostics.Metrics" or "System.Text.Json" or "System.Text.Json.Serialization.Metadata" or "System.Net" or "System.Text" or "System.Reflection" or "System.Net.Http.Headers"
        || type.IsGenericType && ImmutableShapes.Contains(type.GetGenericTypeDefinition())
        || ImmutableTypes.Any(known => known.IsAssignableFrom(type))
        || type.Namespace?.StartsWith("Dragonfly", StringComparison.Ordinal) == true && HasOnlyReadonlyFields(type)
        || type.Namespace?.StartsWith("Grpc", StringComparison.Ordinal) == true;

    private static readonly HashSet<Type> ImmutableShapes =
        [typeof(IReadOnlyList<>), typeof(IReadOnlyCollection<>), typeof(IReadOnlyDictionary<,>), typeof(IReadOnlySet<>), typeof(SearchValues<>), typeof(ArrayPool<>), typeof(MemoryPool<>), typeof(Func<,>), typeof(IEqualityComparer<>), typeof(IComparer<>), typeof(Comparer<>), typeof(EqualityComparer<>)];

    private static readonly Type[] ImmutableTypes =
        [typeof(System.Version), typeof(Uri), typeof(Type), typeof(Exception), typeof(Task), typeof(StringComparer), typeof(IComparer), typeof(System.Diagnostics.ActivitySource), typeof(System.Security.Cryptography.Oid), typeof(Google.Protobuf.ByteString), typeof(TimeProvider), typeof(System.Globalization.CultureInfo)];

    /// <summary>Abstract types and interfaces are trusted; the concrete ones are seen where they are declared. A primary constructor's
    /// parameter ("&lt;name&gt;P") is never assigned by our style.</summary>
    private static bool HasOnlyReadonlyFields(Type type) =>
        type.IsInterface || type.IsAbstract
        || type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .All(field => field.IsInitOnly || field.Name.EndsWith(">P", StringComparison.Ordinal));
}
