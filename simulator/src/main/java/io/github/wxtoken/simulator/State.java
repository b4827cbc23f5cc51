package io.github.wxtoken.simulator;

/** The state and the configuration of one simulated WeChat. */
final class State {
  final SimulatorClock clock = new SimulatorClock();
  final Behaviour behaviour = new Behaviour();
  final Counters counters = new Counters();
  final Faults faults = new Faults();
  final Quotas quotas = new Quotas(clock);
  final Directory directory = new Directory();
  final Codes codes = new Codes(clock, behaviour);
  final Grants grants = new Grants(clock, behaviour);
  final Sessions sessions = new Sessions(clock, behaviour);
  final PhoneCodes phoneCodes = new PhoneCodes(clock, behaviour);
  final GlobalTokens globalTokens = new GlobalTokens(clock, behaviour, counters);
}
