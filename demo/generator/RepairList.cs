namespace OrleansScheduling.DemoGenerator;

/// <summary>What tenants report, in their words and in the trade's. Times, crews and skills are plausible inventions.</summary>
static class RepairList
{
    public const string Text = """
PLU001|PLUMBER|30|1|1|0|-||30|Toilet won't flush|Renew syphon or flush valve to cistern
PLU002|PLUMBER|30|1|1|0|-||30|Tap dripping|Renew tap washer or cartridge
PLU003|PLUMBER|45|1|1|0|-||12|Tap won't turn off|Renew mixer or pillar tap
PLU004|PLUMBER|45|1|1|0|E||6|Burst pipe|Make safe burst pipe and repair
PLU005|PLUMBER|30|1|1|0|-||22|Sink or basin blocked|Clear blocked waste to sink or basin
PLU006|PLUMBER|45|1|1|0|E||10|Only toilet blocked|Clear blocked WC pan
PLU007|PLUMBER|60|1|1|0|-||8|Toilet leaking|Renew pan connector and reseal WC pan
PLU008|PLUMBER|90|1|1|0|-||4|Toilet cracked|Renew close-coupled WC suite
PLU009|PLUMBER|45|1|1|0|-||14|Leak under the sink|Renew trap and waste fittings
PLU010|PLUMBER|60|1|1|0|-||8|Water pressure low|Trace and remedy low pressure to outlets
PLU011|PLUMBER|60|1|1|0|E||5|No cold water|Restore cold water supply
PLU012|PLUMBER|45|1|1|0|-||10|Shower leaking|Reseal shower tray and renew hose
PLU013|PLUMBER|60|1|1|0|-||6|Shower mixer broken|Renew thermostatic shower mixer
PLU014|PLUMBER|120|2|1|0|-||3|Bath cracked or leaking|Renew bath, two-person lift
PLU015|PLUMBER|45|1|1|0|-||7|Overflow running|Renew ball valve to cistern or tank
PLU016|PLUMBER|60|1|1|0|-||6|Stopcock won't turn|Renew internal stopcock
PLU017|PLUMBER|60|1|1|0|-||7|Washing machine tap leaking|Renew appliance valve and connection
PLU018|PLUMBER|90|1|1|0|-||3|Kitchen sink needs replacing|Renew sink top, waste and taps
PLU019|PLUMBER|45|1|1|0|-||9|Sealant round bath mouldy|Rake out and renew silicone seal
PLU020|PLUMBER|120|1|1|0|-|UNVENTED:2|3|Hot water cylinder fault|Repair unvented cylinder and controls
PLU021|PLUMBER|60|1|1|0|-|LEGIONELLA:1|3|Water tank check|Inspect and disinfect cold water storage tank
PLU022|PLUMBER|60|1|1|0|E||6|Water coming through the ceiling|Trace leak from above and isolate
ELE001|ELECTRICIAN|30|1|1|0|-|ELEC:2|24|Light not working|Renew light fitting or lampholder
ELE002|ELECTRICIAN|30|1|1|0|-|ELEC:2|18|Socket not working|Renew socket outlet
ELE003|ELECTRICIAN|60|1|1|0|E|ELEC:3|8|No power in the home|Restore supply, trace fault at consumer unit
ELE004|ELECTRICIAN|45|1|1|0|-|ELEC:3|14|Electrics keep tripping|Trace and remedy circuit fault
ELE005|ELECTRICIAN|30|1|1|0|-|ELEC:2|12|Light switch broken|Renew light switch
ELE006|ELECTRICIAN|30|1|1|0|E|ELEC:2|4|Smoke alarm not working|Renew hard-wired smoke alarm
ELE007|ELECTRICIAN|20|1|1|0|-||10|Smoke alarm beeping|Renew battery or alarm head
ELE008|ELECTRICIAN|45|1|1|0|-|ELEC:2|12|Extractor fan not working|Renew extractor fan
ELE009|ELECTRICIAN|60|1|1|0|-|ELEC:2|7|Electric shower not working|Renew electric shower unit
ELE010|ELECTRICIAN|45|1|1|0|-|ELEC:2|6|Immersion heater not working|Renew immersion element and thermostat
ELE011|ELECTRICIAN|45|1|1|0|-|ELEC:2|6|Storage heater not working|Repair storage heater
ELE012|ELECTRICIAN|60|1|1|0|E|ELEC:3|4|Burning smell from electrics|Attend and make safe
ELE013|ELECTRICIAN|30|1|1|0|-|ELEC:2|9|Outside light not working|Renew external luminaire
ELE014|ELECTRICIAN|45|1|1|0|-|ELEC:2|9|Door entry not working|Repair door entry handset
ELE015|ELECTRICIAN|180|1|1|0|-|ELEC:4|3|Fuse box needs replacing|Renew consumer unit and test
ELE016|ELECTRICIAN|150|1|1|0|-|ELEC-TEST:3|5|Electrical safety check|Periodic inspection and test of installation
ELE017|ELECTRICIAN|45|1|1|0|-|ELEC:2|5|Cooker switch broken|Renew cooker control unit
ELE018|ELECTRICIAN|45|1|1|0|-|ELEC:2|5|TV aerial socket broken|Repair communal aerial outlet
ELE019|ELECTRICIAN|90|1|1|0|-|ELEC:3|3|More sockets needed|Install additional double socket
ELE020|ELECTRICIAN|60|1|1|0|-|ELEC:2|6|Stair lights out in the block|Repair communal lighting circuit
ELE021|ELECTRICIAN|30|1|1|0|E|ELEC:2|3|Bare wires showing|Make safe exposed conductors
GAS001|GAS|60|1|1|0|-|GAS-SAFE:3|24|No hot water|Diagnose and repair boiler hot water fault
GAS002|GAS|60|1|1|0|E|GAS-SAFE:3|14|No heating|Diagnose and repair heating fault
GAS003|GAS|45|1|1|0|-|GAS-SAFE:2|14|Boiler losing pressure|Repressurise and trace loss
GAS004|GAS|45|1|1|0|-||12|Radiator cold|Bleed, balance or unblock radiator
GAS005|GAS|60|1|1|0|-||8|Radiator leaking|Renew radiator valve
GAS006|GAS|60|1|1|0|E|GAS-SAFE:3|3|Smell of gas, supply already off|Attend after network, trace and repair
GAS007|GAS|45|1|1|0|-|GAS-SAFE:2|10|Thermostat not working|Renew room thermostat
GAS008|GAS|50|1|1|0|-|GAS-SAFE:3|26|Yearly gas safety check|Landlord gas safety record and service
GAS009|GAS|240|2|1|0|-|GAS-SAFE:4|3|Boiler needs replacing|Renew combination boiler, two-person lift
GAS010|GAS|45|1|1|0|-|GAS-SAFE:3|6|Boiler noisy|Service and descale boiler
GAS011|GAS|60|1|1|0|-|GAS-SAFE:2|7|Heating won't turn off|Renew motorised valve
GAS012|GAS|30|1|1|0|E|GAS-SAFE:2|3|Carbon monoxide alarm sounding|Attend, test and make safe
GAS013|GAS|45|1|1|0|-|GAS-SAFE:2|6|Programmer not working|Renew heating programmer
GAS014|GAS|90|1|1|0|-|GAS-SAFE:3|4|Pump not working|Renew circulating pump
GAS015|GAS|180|1|1|0|-|GAS-SAFE:3|2|Heating slow to warm up|Power flush system
GAS016|GAS|30|1|1|0|-|GAS-SAFE:2|4|Gas cooker connection|Test and certify cooker connection
GAS017|GAS|60|1|1|0|E|GAS-SAFE:3|5|Boiler leaking water|Make safe and repair boiler leak
CAR001|CARPENTER|45|1|1|0|-||16|Door won't close|Ease and adjust door
CAR002|CARPENTER|45|1|1|0|E||7|Locked out or lock broken|Gain entry and renew lock
CAR003|CARPENTER|60|1|1|0|-||8|Front door damaged|Repair front door and frame
CAR004|CARPENTER|30|1|1|0|-||14|Kitchen cupboard door loose|Rehang unit door
CAR005|CARPENTER|60|1|1|0|-||7|Kitchen worktop damaged|Renew length of worktop
CAR006|CARPENTER|45|1|1|0|-||8|Kitchen drawer broken|Renew drawer box and runners
CAR007|CARPENTER|60|1|1|0|-||8|Floorboard loose or broken|Renew floorboards
CAR008|CARPENTER|60|1|1|0|-||5|Stair tread loose|Refix tread and riser
CAR009|CARPENTER|45|1|1|0|E||3|Handrail loose on stairs|Refix handrail and balusters
CAR010|CARPENTER|90|1|1|0|-|FIRE-DOOR:3|6|Fire door won't close|Repair fire door, closer and seals
CAR011|CARPENTER|240|2|1|0|-|FIRE-DOOR:3|4|Fire door needs replacing|Renew fire door set, two-person lift
CAR012|CARPENTER|60|1|1|0|-||6|Gate broken|Repair gate and post
CAR013|CARPENTER|120|2|1|0|-||4|Fence panel down|Renew fence panel and post
CAR014|CARPENTER|45|1|1|0|-||5|Skirting board loose|Refix or renew skirting
CAR015|CARPENTER|30|1|1|0|-||5|Letterbox broken|Renew letter plate
CAR016|CARPENTER|45|1|1|0|-||8|Window catch broken|Renew casement fastener
CAR017|CARPENTER|60|1|1|0|-||4|Loft hatch broken|Renew loft hatch
CAR018|CARPENTER|45|1|1|0|-||6|Bath panel loose|Renew bath panel
CAR019|CARPENTER|60|1|1|0|E||3|Front door insecure after break-in|Board up or resecure door
CAR020|CARPENTER|30|1|1|0|-||6|Door handle loose|Renew lever furniture
CAR021|CARPENTER|90|1|1|0|-||3|Grab rail needed|Fit grab rails
GLZ001|GLAZIER|45|1|1|0|E||6|Window smashed|Make safe and board up
GLZ002|GLAZIER|60|1|1|0|-||8|Window pane cracked|Renew single pane
GLZ003|GLAZIER|75|1|1|0|-||8|Double glazing misted up|Renew sealed unit
GLZ004|GLAZIER|45|1|1|0|-|UPVC:2|10|Window won't shut|Adjust or renew uPVC gearing
GLZ005|GLAZIER|45|1|1|0|-|UPVC:2|8|uPVC door won't lock|Renew multipoint lock
GLZ006|GLAZIER|30|1|1|0|-|UPVC:1|6|Window handle broken|Renew uPVC handle
GLZ007|GLAZIER|120|2|1|0|-|UPVC:3|2|Patio door won't slide|Overhaul patio door, two-person lift
GLZ008|GLAZIER|30|1|1|0|-|UPVC:1|5|Draught from window|Renew gaskets and seals
GLZ009|GLAZIER|30|1|1|0|-||4|Window restrictor missing|Fit window restrictor
PLA001|PLASTERER|60|1|1|0|-||8|Crack in wall|Fill and make good crack
PLA002|PLASTERER|120|1|2|3|-||5|Plaster coming off the wall|Hack off and patch, return to skim
PLA003|PLASTERER|90|1|1|0|-||5|Hole in ceiling|Patch plasterboard ceiling
PLA004|PLASTERER|240|2|2|4|-||2|Ceiling coming down|Renew ceiling, return to skim
PLA005|PLASTERER|60|1|1|0|-|DAMP:2|8|Damp patch on wall|Survey for damp and treat
PLA006|PLASTERER|120|1|1|0|-|DAMP:1|7|Mould on walls|Treat mould and apply fungicidal finish
PLA007|PLASTERER|45|1|1|0|-||7|Wall tiles loose|Refix wall tiles
PLA008|PLASTERER|120|1|1|0|-||3|Bathroom tiling damaged|Renew splashback tiling
PLA009|PLASTERER|60|1|1|0|-||3|Airbrick blocked|Clear or renew airbrick and vent
PLA010|PLASTERER|90|1|1|0|-|ASBESTOS:2|2|Textured ceiling damaged|Encapsulate textured coating
PLA011|PLASTERER|90|1|1|0|-||3|Step or path edge broken|Make good concrete step
DEC001|DECORATOR|120|1|1|0|-||5|Wall needs painting after repair|Make good decorations to one wall
DEC002|DECORATOR|240|1|2|1|-||2|Room needs painting|Prepare and paint room, two visits
DEC003|DECORATOR|60|1|1|0|-||5|Ceiling stained after a leak|Stain block and paint ceiling
DEC004|DECORATOR|90|1|1|0|-||4|Front door needs painting|Prepare and paint door
DEC005|DECORATOR|60|1|1|0|-||3|Paint flaking in bathroom|Prepare and paint with fungicidal paint
DEC006|DECORATOR|180|1|1|0|-||2|Stairwell needs painting|Decorate communal stair, one flight
DEC007|DECORATOR|45|1|1|0|-||4|Graffiti|Remove graffiti
DEC008|DECORATOR|60|1|1|0|-||2|Window frame paint peeling|Prepare and paint window
DEC009|DECORATOR|120|1|1|0|-||2|Railings rusty|Prepare and paint railings
ROO001|ROOFER|90|2|1|0|-|HEIGHT:2|9|Roof leaking|Trace and repair roof leak
ROO002|ROOFER|60|2|1|0|-|HEIGHT:2|8|Roof tile slipped|Refix tiles or slates
ROO003|ROOFER|60|1|1|0|-|HEIGHT:1|10|Gutter overflowing|Clear gutter and downpipe
ROO004|ROOFER|60|1|1|0|-|HEIGHT:1|7|Gutter leaking or hanging off|Refix gutter and renew joint
ROO005|ROOFER|90|2|1|0|E|HEIGHT:2|3|Roof damaged by storm|Make safe and sheet over
ROO006|ROOFER|120|2|1|0|-|HEIGHT:3|3|Chimney loose|Repoint chimney and flashing
ROO007|ROOFER|90|1|1|0|-|HEIGHT:2|4|Flat roof leaking|Patch flat roof covering
ROO008|ROOFER|45|1|1|0|-|HEIGHT:1|5|Downpipe broken|Renew downpipe section
ROO009|ROOFER|60|1|1|0|-|HEIGHT:2|3|Fascia or soffit rotten|Renew fascia board
ROO010|ROOFER|60|1|1|0|-|HEIGHT:2|2|Birds getting into the roof|Fit bird guard to eaves
ROO011|ROOFER|60|1|1|0|-|HEIGHT:1|2|Water coming in round chimney breast|Renew lead flashing
DRA001|DRAINAGE|60|1|1|0|E|DRAINS:2|10|Drain overflowing outside|Clear blocked drain by jetting
DRA002|DRAINAGE|45|1|1|0|-|DRAINS:1|8|Drain slow or smelly|Rod and flush drain
DRA003|DRAINAGE|90|1|1|0|-|DRAINS:3|5|Drain keeps blocking|CCTV survey of drain
DRA004|DRAINAGE|180|2|1|0|-|DRAINS:3|3|Broken drain|Excavate and renew drain length
DRA005|DRAINAGE|45|1|1|0|-|DRAINS:1|5|Manhole cover broken|Renew inspection cover
DRA006|DRAINAGE|60|1|1|0|E|DRAINS:2|6|Soil pipe leaking|Repair soil stack
DRA007|DRAINAGE|45|1|1|0|-|DRAINS:1|5|Gully blocked|Clear gully
DRA008|DRAINAGE|90|2|1|0|-|CONFINED:2|2|Pump chamber fault|Enter chamber and repair pump
GRO001|GROUNDWORKS|120|2|1|0|-||5|Paving slab loose|Relift and relay slabs
GRO002|GROUNDWORKS|180|2|1|0|-||3|Path broken up|Renew section of path
GRO003|GROUNDWORKS|120|1|1|0|-||3|Garden wall cracked|Rebuild section of brickwork
GRO004|GROUNDWORKS|60|1|1|0|E||2|Garden wall dangerous|Make safe and barrier off
GRO005|GROUNDWORKS|60|1|1|0|-||3|Washing line post broken|Renew line post
GRO006|GROUNDWORKS|60|1|1|0|-||3|Brickwork needs repointing|Repoint brickwork
GRO007|GROUNDWORKS|90|1|1|0|-||2|Shed base sunk|Make good shed base
GRO008|GROUNDWORKS|60|1|1|0|-||2|Bollard knocked over|Renew bollard
MUL001|MULTI|60|1|1|0|-||14|Several small repairs|Handyperson visit, one hour
MUL002|MULTI|120|1|1|0|-||6|Many small repairs|Handyperson visit, two hours
MUL003|MULTI|30|1|1|0|-||9|Toilet seat broken|Renew toilet seat
MUL004|MULTI|30|1|1|0|-||7|Shower rail or curtain rail loose|Refix rail
MUL005|MULTI|45|1|1|0|-||5|Vinyl floor lifting|Refix or patch floor covering
MUL006|MULTI|45|1|1|0|-||4|Rubbish left in communal area|Clear and remove items
MUL007|MULTI|30|1|1|0|-||5|Cooker hood filter|Renew filter and clean hood
MUL008|MULTI|60|1|1|0|-||4|Empty home quick check|Void inspection and minor repairs
MUL009|MULTI|30|1|1|0|-||4|Key safe needed|Fit key safe
MUL010|MULTI|45|1|1|0|-|ASBESTOS:1|2|Garage door stuck|Ease and adjust garage door
MUL011|MULTI|30|1|1|0|E||2|Person at risk from loose fitting|Attend and make safe
MUL012|MULTI|45|1|1|0|-||3|Noticeboard or sign broken|Repair communal noticeboard
""";
}
