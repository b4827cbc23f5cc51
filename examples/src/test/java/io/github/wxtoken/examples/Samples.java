package io.github.wxtoken.examples;

import com.sun.source.util.JavacTask;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * The Java samples of Markdown pages. A sample is types, members of a class or statements. What it
 * uses without declaring it, such as {@code oauth}, is in {@code samples/Application.java}.
 *
 * @param samples the samples, page by page
 */
record Samples(List<Sample> samples) {
  private static final JavaCompiler COMPILER = ToolProvider.getSystemJavaCompiler();

  /**
   * A sample.
   *
   * @param page the page, for a message
   * @param line the line of the page that the sample begins at, from 1
   */
  record Sample(String page, int line, String code) {}

  /** The ways to make a file of a sample. The first one that the parser accepts is meant. */
  private enum Form {
    TYPES("", ""),
    STATEMENTS("class Sample { void run() throws Exception {", "}}"),
    MEMBERS("abstract class Sample {", "}");

    private final String before;
    private final String after;

    Form(String before, String after) {
      this.before = before;
      this.after = after;
    }
  }

  /** Returns the samples of the pages that match, except those of what a build makes. */
  static Samples of(Path root, List<String> globs) throws IOException {
    List<Sample> samples = new ArrayList<>();
    for (String glob : globs) {
      try (Stream<Path> files = Files.walk(root, 3)) {
        var matcher = root.getFileSystem().getPathMatcher("glob:" + glob);
        for (Path page : files.filter(f -> matcher.matches(root.relativize(f))).sorted().toList()) {
          addSamples(samples, root.relativize(page).toString(), Files.readAllLines(page));
        }
      }
    }
    return new Samples(List.copyOf(samples));
  }

  private static void addSamples(List<Sample> samples, String page, List<String> lines) {
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).equals("```java")) {
        int end = i + lines.subList(i, lines.size()).indexOf("```");
        samples.add(new Sample(page, i + 2, String.join("\n", lines.subList(i + 1, end))));
        i = end;
      }
    }
  }

  /** Compiles all samples, and returns what is wrong with them, one line for each error. */
  List<String> problems(Path classes) throws IOException {
    List<JavaFileObject> sources = new ArrayList<>();
    sources.add(new Source("samples/Application", 2, resource("Application.java")));
    for (int i = 0; i < samples.size(); i++) {
      sources.add(source(samples.get(i), "sample" + i));
    }
    DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
    compiler(found, sources, List.of("-d", classes.toString())).call();
    return found.getDiagnostics().stream()
        .filter(diagnostic -> diagnostic.getKind() == Diagnostic.Kind.ERROR)
        .map(Samples::described)
        .toList();
  }

  private static Source source(Sample sample, String packageName) throws IOException {
    String head = "package " + packageName + ";" + resource("imports.txt").replace('\n', ' ');
    for (Form form : Form.values()) {
      Source source =
          new Source(
              sample.page(),
              sample.line(),
              head + form.before + "\n" + sample.code() + "\n" + form.after);
      if (isWellFormed(source)) {
        return source;
      }
    }
    return new Source(sample.page(), sample.line(), head + "\n" + sample.code());
  }

  private static boolean isWellFormed(Source source) throws IOException {
    DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
    compiler(found, List.of(source), List.of()).parse();
    return found.getDiagnostics().isEmpty();
  }

  private static JavacTask compiler(
      DiagnosticCollector<JavaFileObject> found,
      List<? extends JavaFileObject> sources,
      List<String> more) {
    List<String> options =
        Stream.concat(
                Stream.of("--release", "17", "-proc:none", "-XDshould-stop.ifError=FLOW"),
                Stream.concat(
                    Stream.of("-classpath", System.getProperty("java.class.path")), more.stream()))
            .toList();
    return (JavacTask) COMPILER.getTask(null, null, found, options, null, sources);
  }

  private static String described(Diagnostic<? extends JavaFileObject> diagnostic) {
    Source source = (Source) diagnostic.getSource();
    return source.page
        + ":"
        + (source.line + diagnostic.getLineNumber() - 2)
        + ": "
        + diagnostic.getMessage(Locale.ROOT).lines().findFirst().orElse("");
  }

  private static String resource(String name) {
    try (var in = Samples.class.getResourceAsStream("/samples/" + name)) {
      if (in == null) {
        throw new IllegalStateException("no resource " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String page;
    private final int line;
    private final String text;

    Source(String page, int line, String text) {
      super(URI.create("string:///" + page.replace(".md", "") + line + ".java"), Kind.SOURCE);
      this.page = page;
      this.line = line;
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }

    /** A page is named as no class is. */
    @Override
    public boolean isNameCompatible(String simpleName, Kind kind) {
      return true;
    }
  }
}
