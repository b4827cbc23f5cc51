package io.github.wxtoken.testkit;

import java.util.List;
import java.util.stream.Stream;

/** All wrong stores, and the right one that they are made from. */
final class Mutants {
  static final Mutant UNMUTATED = Mutant.of("is right", PlainTokenStore::new);

  private static final List<Mutant> ALL =
      Stream.of(
              KeyMutants.ALL,
              RecordMutants.ALL,
              SaveMutants.ALL,
              SaveAllMutants.ALL,
              ReplaceMutants.ALL,
              ScanMutants.ALL,
              AppRecordMutants.ALL,
              LeaseMutants.ALL,
              CloseMutants.ALL)
          .flatMap(List::stream)
          .toList();

  private Mutants() {}

  static List<Mutant> all() {
    return ALL;
  }

  static Mutant named(String name) {
    return Stream.concat(Stream.of(UNMUTATED), ALL.stream())
        .filter(mutant -> mutant.name().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
