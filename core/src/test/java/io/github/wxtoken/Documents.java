package io.github.wxtoken;

import io.github.wxtoken.Markdown.Heading;
import io.github.wxtoken.Markdown.Link;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Checks the documents of a repository. Each check returns what it found, one line for each, and
 * nothing if all is well.
 *
 * @param root the repository's top directory
 */
record Documents(Path root) {
  /** Builds and tools make these; a fresh clone does not have them. */
  private static final Set<String> NOT_OURS = Set.of(".git", "target", "node_modules");

  private static final Pattern CITATION =
      Pattern.compile("docs/[\\w./-]*\\.md(?:#([\\p{L}\\p{M}\\p{Nd}\\p{Pc}-]+))?");

  /** Not a section of a standard, which has a comma before it: "RFC 4648, section 5". */
  private static final Pattern NUMBERED_CITATION =
      Pattern.compile("(?i)(?:(?:protocol|design), |(?<!, )\\b)sections? \\d[^\\s)]*");

  private static final Pattern NAMED_TEST =
      Pattern.compile("`([A-Z]\\w*(?:Test|Contract))(?:\\.(\\w+))?`");

  private static final Pattern LINE_BREAK = Pattern.compile("\\s*\\R\\s*(?:\\*|//)?\\s*");
  private static final Pattern ABSOLUTE = Pattern.compile("(?i)[a-z][a-z0-9+.-]*:.*|//.*");

  /** Returns the repository that the working directory is in. */
  static Documents ofThisRepository() {
    Path directory = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(directory.resolve("docs"))
        || !Files.isRegularFile(directory.resolve("CONTRIBUTING.md"))) {
      directory = directory.getParent();
      if (directory == null) {
        throw new IllegalStateException("no directory above the working one has docs/");
      }
    }
    return new Documents(directory);
  }

  /** Checks that each relative link of each page leads to a file, and its anchor to a heading. */
  List<String> deadLinks() throws IOException {
    List<String> dead = new ArrayList<>();
    for (Path page : files(".md")) {
      for (Link link : Markdown.parse(Files.readString(page)).links()) {
        if (!ABSOLUTE.matcher(link.target()).matches() && !isAlive(page, link.target())) {
          dead.add(shown(page) + ":" + link.line() + ": dead link to " + link.target());
        }
      }
    }
    return dead;
  }

  /** Checks that each page and heading that a Java source cites exists. */
  List<String> deadCitations() throws IOException {
    List<String> dead = new ArrayList<>();
    for (Path source : files(".java")) {
      Matcher citation = CITATION.matcher(Files.readString(source));
      while (citation.find()) {
        if (!isAlive(source, "/" + citation.group())) {
          dead.add(shown(source) + ": dead citation of " + citation.group());
        }
      }
    }
    return dead;
  }

  /** Finds Java sources that cite a section by a number, which nobody can look up. */
  List<String> numberedCitations() throws IOException {
    List<String> numbered = new ArrayList<>();
    for (Path source : files(".java")) {
      Matcher citation =
          NUMBERED_CITATION.matcher(LINE_BREAK.matcher(Files.readString(source)).replaceAll(" "));
      while (citation.find()) {
        numbered.add(shown(source) + ": " + citation.group());
      }
    }
    return numbered;
  }

  /** Checks that each test that a page names, as {@code ATest} or {@code ATest.method}, exists. */
  List<String> missingTests(String page) throws IOException {
    Map<String, Path> classes = new HashMap<>();
    for (Path source : files(".java")) {
      classes.put(source.getFileName().toString().replace(".java", ""), source);
    }
    List<String> missing = new ArrayList<>();
    Matcher test = NAMED_TEST.matcher(Files.readString(root.resolve(page)));
    while (test.find()) {
      Path source = classes.get(test.group(1));
      if (source == null
          || (test.group(2) != null
              && !Files.readString(source).contains(" " + test.group(2) + "("))) {
        missing.add(page + ": no test " + test.group().replace("`", ""));
      }
    }
    return missing;
  }

  /**
   * Checks that a translation has the sections of the original, at the same levels and in the same
   * order.
   *
   * @param untranslated headings of the original that the translation is known to lack
   */
  List<String> missingSections(String original, String translation, Set<String> untranslated)
      throws IOException {
    List<Heading> expected =
        markdown(root.resolve(original)).headings().stream()
            .filter(heading -> !untranslated.contains(heading.text()))
            .toList();
    List<Heading> actual = markdown(root.resolve(translation)).headings();
    return levels(expected).equals(levels(actual))
        ? List.of()
        : List.of(
            translation + " has the sections " + texts(actual),
            original + " has the sections " + texts(expected));
  }

  /** Returns the names of the pages that have a translation in {@code docs/zh-CN}. */
  List<String> translatedPages() throws IOException {
    return files(".md").stream()
        .filter(page -> page.startsWith(root.resolve("docs/zh-CN")))
        .map(page -> shown(page).substring("docs/zh-CN/".length()))
        .toList();
  }

  private boolean isAlive(Path from, String target) throws IOException {
    String decoded = URLDecoder.decode(target.replace("+", "%2B"), StandardCharsets.UTF_8);
    int hash = decoded.indexOf('#');
    String path = hash < 0 ? decoded : decoded.substring(0, hash);
    Path file = path.isEmpty() ? from : resolve(from, path);
    if (!file.startsWith(root) || !Files.exists(file) || isNotOurs(root.relativize(file))) {
      return false;
    }
    return hash < 0
        || !file.toString().endsWith(".md")
        || markdown(file).hasAnchor(decoded.substring(hash + 1));
  }

  /** A path that begins with a slash begins at the repository's top, as on GitHub. */
  private Path resolve(Path from, String path) {
    Path file = path.startsWith("/") ? root.resolve(path.substring(1)) : from.resolveSibling(path);
    return file.normalize();
  }

  private List<Path> files(String extension) throws IOException {
    List<Path> found = new ArrayList<>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes unused) {
            return isNotOurs(directory.getFileName())
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes unused) {
            if (file.toString().endsWith(extension)) {
              found.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return found.stream().sorted().toList();
  }

  private static boolean isNotOurs(Path path) {
    for (Path part : path) {
      if (NOT_OURS.contains(part.toString())) {
        return true;
      }
    }
    return false;
  }

  private String shown(Path file) {
    return root.relativize(file).toString().replace('\\', '/');
  }

  private static Markdown markdown(Path page) throws IOException {
    return Markdown.parse(Files.readString(page));
  }

  private static List<Integer> levels(List<Heading> headings) {
    return headings.stream().map(Heading::level).toList();
  }

  private static List<String> texts(List<Heading> headings) {
    return headings.stream().map(Heading::text).toList();
  }
}
